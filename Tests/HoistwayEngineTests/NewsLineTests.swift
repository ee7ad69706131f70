import HoistwayModel
import Testing

@testable import HoistwayEngine

struct NewsLineTests {
    private static func line(_ tag: String) -> String? {
        NewsLine.of([.image(ImageEvent(image: ImageKey(normalised: "ghcr.io/acme/app"), tags: [tag]))])?.shape
    }

    private static func isAtMost(_ left: String, _ right: String) -> Bool? {
        let lines = [left, right].map { tag in
            NewsLine.of([.image(ImageEvent(image: ImageKey(normalised: "ghcr.io/acme/app"), tags: [tag]))])
        }
        guard let first = lines[0], let second = lines[1] else { return nil }
        return first.isAtMost(second)
    }

    @Test(arguments: [
        ("1.4.2", "1.10.0"), ("1.9", "1.9"), ("v1.09.0", "v1.9.1"), ("1.4.2-rc.2", "1.4.2-rc.10"), ("1.4", "1.4.1"),
        ("main-aaa", "main-bbb"), ("99999999999999999999", "100000000000000000000"),
    ])
    func `numbers in versions count by their value`(_ lower: String, _ higher: String) {
        #expect(Self.isAtMost(lower, higher) == true)
        #expect(Self.isAtMost(higher, lower) == (lower == higher))
    }

    @Test func `versions of one kind are one line`() {
        #expect(Self.line("1.4.2") == Self.line("1.10.0"))
        #expect(Self.line("v1.4.2") == Self.line("v2.0.0"))
        #expect(Self.line("main-3f2a9c1") == Self.line("main-77c01ab"))
        #expect(Self.line("latest") == Self.line("latest"))
    }

    @Test func `other kinds are lines of their own`() {
        let lines = ["1.4.2", "1.4.2-rc.1", "1.4", "main-3f2a9c1", "dev-3f2a9c1", "latest", "stable"].map(Self.line)
        #expect(Set(lines).count == lines.count)
    }

    @Test func `commits have an order of their own`() {
        let key = RepositoryKey(normalised: "git.test/ops")
        #expect(NewsLine.of([.push(PushEvent(repoKeys: [key], ref: "refs/heads/main"))])?.shape == nil)
        #expect(Self.line("1.4.2") != nil)
        #expect(NewsLine.of([.image(ImageEvent(image: ImageKey(normalised: "a/b"), tags: []))])?.shape == nil)
    }
}
