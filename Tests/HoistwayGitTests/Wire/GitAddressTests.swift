import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayGit

struct GitAddressTests {
    @Test(arguments: [
        ("https://GitHub.com/acme/app.git", "https://github.com/acme/app.git"),
        ("https://ada@github.com:8443/acme/app.git/", "https://github.com:8443/acme/app.git"),
        ("http://[::1]:3000/a", "http://[::1]:3000/a"),
        ("ssh://git@example.com:2222/acme/app.git", "ssh://example.com:2222/acme/app.git"),
        ("ssh://git@example.com/~ada/app.git", "ssh://example.com/~ada/app.git"),
        ("git@example.com:acme/app.git", "ssh://example.com/acme/app.git"),
        ("example.com:/srv/app.git", "ssh://example.com/srv/app.git"),
        ("file:///srv/a%20b.git", "file:///srv/a b.git"),
        ("/srv/app.git", "file:///srv/app.git"),
    ])
    func `a usable URL is shown without its user part`(_ url: String, _ shown: String) throws {
        #expect(try GitAddress(url).displayURL == shown)
    }

    @Test(arguments: [
        "", "-oProxyCommand=x", "ssh://-oProxyCommand=x/a", "ssh://git@-evil/a", "-x@host:a", "git@host:-upload",
        "ssh://host/", "https://host", "https://host/", "ftp://host/a", "ext::sh -c x", "https://ho st/a",
        "https://host/a\nb", "https://host:0/a", "https://host:99999/a", "https://host/a?x=y", "file://host/a",
        "file:relative", "./relative", "relative/path", "https://user:secret@host/a", "ssh://u:secret@host/a",
        "ssh://host/%00", "ssh://host/%zz", "https://[::1/a", "ssh://a;b@host/x", "file:///",
    ])
    func `a URL that is not safe is refused without its user part`(_ url: String) throws {
        let failure = #expect(throws: GitFailure.self) { try GitAddress(url) }
        guard case .invalidURL = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(failure?.description.contains("secret") == false)
    }

    @Test func `paths are quoted for the shell at the other side`() throws {
        #expect(SSHCommand.quoted("/srv/it's $(x).git") == #"'/srv/it'\''s $(x).git'"#)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.8.9.1", true), ("localhost", true), ("[::1]", true), ("127.0.0.1.evil.com", false),
        ("10.0.0.1", false), ("127.evil", false),
    ])
    func `only this machine counts as loopback`(_ host: String, _ expected: Bool) {
        #expect(HTTPAddress(isSecure: false, host: host, port: nil, path: "/a").isLoopback == expected)
    }
}
