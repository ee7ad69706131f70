import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayGit

/// What `check` says of a repository's URL, against what a fetch makes of it.
struct GitURLTests {
    private static let refused: [(url: String, message: String, hint: String?)] = [
        ("github.com/acme/app", "is not the URL of a Git repository", "it begins with https://"),
        ("./app.git", "is not the URL of a Git repository", "or is written git@host:path"),
        ("file:/srv/app.git", "is not the URL of a Git repository", "write file:///path"),
        ("FILE:app.git", "is not the URL of a Git repository", "write file:///path"),
        ("file://host/srv/app.git", "a file URL names no host", "write file:///path"),
        ("file:///", "the URL names a host and no repository", nil),
        ("https:/github.com/acme/app", "is not the URL of a Git repository", "write https://, with two slashes"),
        ("ssh:git@github.com/acme/app", "is not the URL of a Git repository", "write ssh://, with two slashes"),
        ("git:github.com/acme/app", "is not the URL of a Git repository", "write git://"),
        ("git://github.com/acme/app", "git:// proves neither the server nor what it sends", "use https:// or ssh://"),
        ("git+ssh://git@github.com/acme/app", "is not the URL of a Git repository", "write ssh:// in place of git+ssh"),
        ("ssh+git://git@github.com/acme/app", "is not the URL of a Git repository", "write ssh:// in place of ssh+git"),
        ("ftp://host/app", "is not the URL of a Git repository", "it begins with https://"),
        ("ext::sh", "has Git run a program (git-remote-ext)", "it begins with https://"),
        ("ext::/bin/sh", "has Git run a program (git-remote-ext)", "it begins with https://"),
        ("fd::3/app", "has Git run a program (git-remote-fd)", "it begins with https://"),
        ("http::https://github.com/acme/app", "has Git run a program (git-remote-http)", "it begins with https://"),
        ("host::acme/app", "has Git run a program (git-remote-host)", "it begins with https://"),
        ("-oProxyCommand=x:acme/app", "the URL of a repository begins with no hyphen", "it begins with https://"),
        ("--upload-pack=x", "the URL of a repository begins with no hyphen", "it begins with https://"),
        ("-x@host:acme/app", "the URL of a repository begins with no hyphen", "it begins with https://"),
        ("git@-oProxyCommand=x:acme/app", "the host's name has characters that no host has", nil),
        ("ssh://-oProxyCommand=x/acme/app", "the host's name has characters that no host has", nil),
        ("ssh://-oProxyCommand=x@host/acme/app", "and begins with no hyphen", "git@host:path"),
        ("ssh://a;b@host/acme/app", "and begins with no hyphen", "git@host:path"),
        ("a@b@host:acme/app", "the host's name has characters that no host has", nil),
        ("git@host:-upload", "the path of a repository begins with no hyphen", nil),
        ("[::1]:-upload", "the path of a repository begins with no hyphen", nil),
        ("ssh://host/%zz", "a % without two hexadecimal digits", "write % itself as %25"),
        ("https://[host]/acme/app", "the host's name has characters that no host has", nil),
        ("https://host/acme/app?ref=x", "no query and no fragment", nil),
        ("https://host/acme/app#main", "no query and no fragment", nil),
        ("ssh://host/~#%ada/app", "no query and no fragment", nil),
        ("https://host/acme app", "has no spaces, line ends, control or non-ASCII characters", "write them as %20"),
        ("https://host/acme/app\n", "has no spaces, line ends, control or non-ASCII characters", "write them as %20"),
        ("user:secret@host:acme app", "has no spaces", nil),
        ("user:secret@host:acme/app", "and begins with no hyphen", nil), ("user:secret@host/app", "no hyphen", nil),
        ("ext::sh -c touch% /tmp/x", "has no spaces, line ends, control or non-ASCII characters", "write them as %20"),
    ]

    @Test(arguments: refused)
    func `a URL that no fetch may use is refused before the start too, with what to write`(
        _ url: String,
        _ message: String,
        _ hint: String?
    ) throws {
        let problem = try #require(GitURL.problems(with: url).first)
        #expect(problem.message.contains(message), "\(problem)")
        #expect(!problem.message.contains("secret"), "\(problem)")
        if let hint { #expect(problem.hint?.contains(hint) == true, "\(problem)") }
        #expect(throws: GitFailure.self) { try GitAddress(url) }
    }

    private static let taken = [
        "https://github.com/acme/app.git", "http://host:3000/a", "https://git@host/a", "https://[::1]:8443/a",
        "ssh://git@github.com/acme/app.git", "ssh://host:2222/a%20b", "ssh://git@[::1]:22/a", "ssh://host/~ada/app",
        "ssh://host/-a", "git@github.com:acme/app.git", "github.com:acme/app", "host:/srv/app", "git@[::1]:acme/app",
        "[fe80::1]:a", "ada_1.x+y@host:a", "file:///srv/app.git", "FILE:///srv/app.git", "file://localhost/srv/app.git",
    ]

    @Test(arguments: taken)
    func `a URL that a fetch takes has no problem`(_ url: String) throws {
        #expect(GitURL.problems(with: url).isEmpty)
        #expect(throws: Never.self) { try GitAddress(url) }
    }

    @Test func `whatever has no problem is an address for a fetch, at the host that its key names`() {
        var random = SeededGenerator.printed()
        let pieces = [
            "ssh://", "https://", "file://", "git@", "@", ":", "::", "/", "//", "-", "[", "]", "~", "%", "%2", "%2f",
            "%00", "?", "#", ".", "..", ".git", "host", "::1", "22", "99999", "ext", "file", " ", "\n", "\\", "é", "+",
        ]
        for _ in 0..<30_000 {
            var url = Bool.random(using: &random) ? Self.taken.randomElement(using: &random) ?? "" : ""
            for _ in 0...Int.random(in: 0...3, using: &random) {
                let at = url.index(url.startIndex, offsetBy: Int.random(in: 0...url.count, using: &random))
                url.insert(contentsOf: pieces.randomElement(using: &random) ?? "", at: at)
            }
            guard GitURL.problems(with: url).isEmpty else { continue }
            guard let address = try? GitAddress(url), let key = RepositoryKey(url: url)?.text else {
                Issue.record("\(url) is no address")
                continue
            }
            // The login that is chosen by the key goes to the host of the address.
            let host = address.host.lowercased()
            let names = [host, "[\(host)]", host.hasSuffix(".") ? String(host.dropLast()) : host]
            #expect(names.contains { key.hasPrefix($0) }, "\(url): \(key)")
        }
    }
}

extension GitAddress {
    fileprivate var host: String {
        switch self {
        case .http(let address): address.host
        case .ssh(let address): address.host
        case .file: "file://"
        }
    }
}
