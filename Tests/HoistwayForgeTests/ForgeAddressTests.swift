import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayForge

struct ForgeAddressTests {
    private struct Case: Sendable, CustomTestStringConvertible {
        var url: String
        var provider: String?
        var base: String
        var names: [String]

        init(_ url: String, _ provider: String, _ base: String, _ names: [String]) {
            self.init(url, base, names)
            self.provider = provider
        }

        init(_ url: String, _ base: String, _ names: [String]) {
            self.url = url
            self.base = base
            self.names = names
        }

        var testDescription: String { url }
    }

    private static let cases = [
        Case("https://github.com/acme/ops.git", "https://api.github.com/", ["acme", "ops"]),
        Case("git@github.com:acme/ops.git", "https://api.github.com/", ["acme", "ops"]),
        Case("ssh://git@ssh.github.com:443/acme/ops", "https://api.github.com/", ["acme", "ops"]),
        Case("https://github.example.com/Acme/ops", "https://github.example.com/api/v3", ["Acme", "ops"]),
        Case("https://acme.ghe.com/a/b", "https://api.acme.ghe.com/", ["a", "b"]),
        Case("https://git.example.com:8443/a/b", "github", "https://git.example.com:8443/api/v3", ["a", "b"]),
        Case("http://127.0.0.1:4000/a/b.git", "github", "http://127.0.0.1:4000/api/v3", ["a", "b"]),
        Case("https://gitlab.com/g/sub/p.git", "https://gitlab.com/api/v4", ["g", "sub", "p"]),
        Case("ssh://git@altssh.gitlab.com:443/g/p.git", "https://gitlab.com/api/v4", ["g", "p"]),
        Case("https://codeberg.org/a/b.git", "https://codeberg.org/api/v1", ["a", "b"]),
        Case("https://git.example.com/forge/a/b", "gitea", "https://git.example.com/forge/api/v1", ["a", "b"]),
        Case("https://bitbucket.org/team/repo.git", "https://api.bitbucket.org/2.0", ["team", "repo"]),
        Case(
            "https://bb.example.com/scm/PROJ/repo.git",
            "bitbucket",
            "https://bb.example.com/rest/api/1.0",
            ["PROJ", "repo"]
        ),
        Case(
            "https://example.com/bitbucket/scm/~ada/repo.git",
            "bitbucket",
            "https://example.com/bitbucket/rest/api/1.0",
            ["~ada", "repo"]
        ),
        Case(
            "ssh://git@bb.example.com:7999/PROJ/repo.git",
            "bitbucket",
            "https://bb.example.com/rest/api/1.0",
            ["PROJ", "repo"]
        ),
        Case(
            "https://acme@dev.azure.com/acme/Web%20Shop/_git/ops",
            "https://dev.azure.com/",
            ["acme", "Web Shop", "ops"]
        ),
        Case("git@ssh.dev.azure.com:v3/acme/shop/ops", "https://dev.azure.com/", ["acme", "shop", "ops"]),
        Case("acme@vs-ssh.visualstudio.com:v3/acme/shop/ops", "https://dev.azure.com/", ["acme", "shop", "ops"]),
        Case(
            "https://acme.visualstudio.com/DefaultCollection/shop/_git/ops",
            "https://dev.azure.com/",
            ["acme", "shop", "ops"]
        ),
        Case("https://dev.azure.com/acme/_git/ops", "https://dev.azure.com/", ["acme", "ops", "ops"]),
        Case(
            "https://tfs.example.com/tfs/Main/shop/_git/ops",
            "azure",
            "https://tfs.example.com/tfs",
            ["Main", "shop", "ops"]
        ),
    ]

    @Test(arguments: cases)
    private func `each form of a repository's URL leads to its host's API`(_ example: Case) throws {
        let address = try ForgeAddress(example.url, provider: example.provider, settings: ForgeSettings())
        #expect(address.base.text == example.base)
        #expect(address.segments == example.names)
    }

    @Test func `apiURL of a host replaces the usual place, and tells where GitLab is installed`() throws {
        let settings = ForgeSettings(hosts: [
            "git.example.com": ForgeSettings.Host(apiURL: "https://git.example.com/gitlab/api/v4/")
        ])
        let address = try ForgeAddress("https://git.example.com/gitlab/g/p.git", provider: "gitlab", settings: settings)
        #expect(address.base.text == "https://git.example.com/gitlab/api/v4")
        #expect(address.segments == ["g", "p"])
        #expect(address.askedHost == "git.example.com")
        let elsewhere = ForgeSettings(hosts: [
            "git.example.com": ForgeSettings.Host(apiURL: "https://api.example.com:8443/api/v4")
        ])
        let other = try ForgeAddress("https://git.example.com/g/p.git", provider: "gitlab", settings: elsewhere)
        #expect(
            other.host == "git.example.com" && other.askedHost == "api.example.com:8443",
            "who is named in failures"
        )
        let usual = try ForgeAddress("https://github.com/a/b", provider: nil, settings: ForgeSettings())
        #expect(usual.askedHost == "github.com")
    }

    @Test func `a credential goes over plain http only where that is allowed`() throws {
        let url = "http://git.example.com/a/b.git"
        #expect(throws: ForgeFailure.self) {
            try ForgeAddress(url, provider: "gitea", settings: ForgeSettings())
        }
        let allowed = ForgeSettings(allowInsecureHTTP: true)
        #expect(
            try ForgeAddress(url, provider: "gitea", settings: allowed).base.text == "http://git.example.com/api/v1"
        )
    }

    @Test(
        arguments: [
            ("https://git.example.com/a/b", nil), ("https://github.com/a", nil), ("https://github.com/a/b/c", nil),
            ("https://bb.example.com/a/b/c", "bitbucket"), ("https://dev.azure.com/acme/shop/ops", nil),
            ("file:///srv/git/a", "github"),
        ] as [(String, String?)]
    )
    func `a URL that names no repository of the host is refused without a request`(_ url: String, _ provider: String?) {
        #expect(throws: ForgeFailure.self) { try ForgeAddress(url, provider: provider, settings: ForgeSettings()) }
    }
}
