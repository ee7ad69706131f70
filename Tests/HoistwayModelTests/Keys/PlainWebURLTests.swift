import Testing

@testable import HoistwayModel

/// URLs in the usual form are read by their bytes: with the same result as all others.
struct PlainWebURLTests {
    private static let pieces = [
        "https://", "http://", "ssh://", "HTTPS://", "example.com", "github.com", "a", "B", "7", "-", "_", ".", "..",
        "/",
        "//", ":", ":443", ":80", ":8443", ":0", ":99999", ".git", ".GIT", "git", "@", "?", "#", "%20", " ", "é",
        "deploy",
    ]

    private static let starts = ["", "https://example.com", "https://example.com/", "http://a-1.example:8080/x/"]

    /// The space is removed, and prevents the quick way.
    private func slow(_ url: String) -> String { " " + url }

    @Test func `both ways give the same repository`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SemverRandom(seed: seed)
        var plain = 0
        for _ in 0..<20_000 {
            let start = Self.starts.randomElement(using: &random) ?? ""
            let rest = (0..<Int.random(in: 1...4, using: &random)).compactMap { _ in
                Self.pieces.randomElement(using: &random)
            }
            let url = start + rest.joined()
            if PlainWebURL(url) != nil {
                plain += 1
                #expect(GitURL.problems(with: url) == [], "seed \(seed), \(url)")
                #expect(RepositoryKey(url: slow(url)) != nil, "seed \(seed), \(url)")
            }
            #expect(PlainWebURL(slow(url)) == nil, "seed \(seed), \(url)")
            #expect(RepositoryKey(url: url) == RepositoryKey(url: slow(url)), "seed \(seed), \(url)")
            let both = [url, slow(url)].map { try? GitAddress($0) }
            #expect(both[0] == both[1], "seed \(seed), \(url)")
        }
        #expect(plain > 300)
    }

    @Test(arguments: [
        ("https://github.com/acme/Deploy.git", "github.com/acme/Deploy"),
        ("http://127.0.0.1:8080/a/b.c.GIT", "127.0.0.1:8080/a/b.c"), ("https://example.com:443/a", "example.com/a"),
        ("https://example.com/git", "example.com/git"), ("https://example.com/a/x.git.git", "example.com/a/x.git"),
    ])
    func `usual URLs are read quickly`(_ url: String, _ expected: String) throws {
        #expect(PlainWebURL(url) != nil)
        let address = try GitAddress(url)
        #expect(address.host + (address.webPort.map { ":\($0)" } ?? "") + "/" + address.exactPath == expected)
    }
}
