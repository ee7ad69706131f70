import HoistwayModel
import Testing

/// Random texts from a seed that is printed when something fails.
struct KeyPropertyTests {
    private static let seed = UInt64.random(in: 0...UInt64.max)

    @Test func `a repository's key is its own key, however the URL was written`() throws {
        var random = SeededGenerator(seed: Self.seed)
        for _ in 0..<500 {
            let host = random.name() + ".example.com"
            let path = (0..<Int.random(in: 1...4, using: &random)).map { _ in random.name() }.joined(separator: "/")
            let plain = "\(host)/\(path)"
            let spellings = [
                "https://\(host)/\(path)", "https://\(host)/\(path).git", "https://\(host)/\(path).git/",
                "https://user:secret@\(host):443//\(path)", "http://\(host):80/\(path)",
                "git@\(host):\(path).git", "ssh://git@\(host):2222/\(path).git", "git://\(host)/\(path)",
                plain.uppercased(), plain,
            ]
            for spelling in spellings {
                let key = try RepositoryKey(parsing: spelling)
                #expect(key.text == plain, "seed \(Self.seed), \(spelling)")
                #expect(RepositoryKey(url: key.text) == key, "seed \(Self.seed), \(spelling)")
            }
        }
    }

    @Test func `an image's key is its own key, with tag and digest or without`() throws {
        var random = SeededGenerator(seed: Self.seed)
        let digest = "sha256:" + String(repeating: "a", count: 64)
        for _ in 0..<500 {
            let port = Bool.random(using: &random) ? ":5000" : ""
            let name = "\(random.name()).example.com\(port)/\(random.name())/\(random.name())"
            for suffix in ["", ":1.2.3", "@\(digest)", ":V1@\(digest)", ":", "/"] {
                for prefix in ["", "https://", "http://", "oci://"] {
                    let key = try ImageKey(parsing: prefix + name.uppercased() + suffix)
                    #expect(key.text == name, "seed \(Self.seed), \(prefix)\(name)\(suffix)")
                    #expect(ImageKey(key.text) == key, "seed \(Self.seed)")
                }
            }
        }
    }

    @Test func `no text crashes a parser, and each key that comes out is its own key`() {
        var random = SeededGenerator(seed: Self.seed)
        let pieces = [
            "https://", "ssh://", "git@", "oci://", "file://", ":", "/", "//", "@", ".git", "..", ".", "%", "%2f",
            "%41",
            "[", "]", "-", "_", "__", "a", "B", "9", "ü", "é", "\u{0}", " ", "?", "#", "443", "5000", "localhost",
            "docker.io", "v3", "_git", "dev.azure.com", "e.com", "\u{301}", "İ",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...10, using: &random)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }.joined()
            if let key = ImageKey(text) {
                #expect(ImageKey(key.text) == key, "seed \(Self.seed), \(text.debugDescription)")
            }
            _ = RepositoryKey(url: text)
            _ = KargoURL.git(text)
            _ = KargoURL.image(text)
            _ = KargoURL.chart(text)
            _ = GitRefName.problem(withShortName: text)
            _ = ImageReference(text)
            _ = Timestamp(tolerant: text)
            if let pattern = try? SourcePattern(text) {  // most are refused, which is not the question here
                _ = pattern.matches(RepositoryKey(normalised: text))
            }
        }
    }

    @Test func `a Kargo URL is normalised once`() {
        var random = SeededGenerator(seed: Self.seed)
        for _ in 0..<500 {
            let path = "\(random.name())/\(random.name())"
            for url in ["https://u:p@E.com/\(path).git", "git@E.com:\(path).git", "ssh://git@E.com:22/\(path)"] {
                let once = KargoURL.git(url)
                #expect(KargoURL.git(once) == once, "seed \(Self.seed), \(url)")
            }
            for image in ["docker.io/library/\(random.name())", "ghcr.io/\(path)", path] {
                let once = KargoURL.image(image)
                #expect(KargoURL.image(once) == once, "seed \(Self.seed), \(image)")
            }
        }
    }
}

/// SplitMix64: the same numbers for the same seed, on every machine.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A part of a name that every host and registry takes.
    mutating func name() -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        let count = Int.random(in: 1...8, using: &self)
        let text = String((0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &self)] })
        return "n" + text
    }
}
