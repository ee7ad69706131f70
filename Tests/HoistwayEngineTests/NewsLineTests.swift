import HoistwayModel
import Testing

@testable import HoistwayEngine

struct NewsLineTests {
    private static func line(_ tag: String) -> String? {
        NewsLine.of([.image(ImageEvent(image: ImageKey(normalised: "ghcr.io/acme/app"), tags: [tag]))])
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
        #expect(NewsLine.of([.push(PushEvent(repoKeys: [key], ref: "refs/heads/main"))]) == nil)
        #expect(Self.line("1.4.2") != nil)
        #expect(NewsLine.of([.image(ImageEvent(image: ImageKey(normalised: "a/b"), tags: []))]) == nil)
    }
}
