import HoistwayModel
import Testing

struct PreviewedPushesTests {
    private static func push(
        _ step: String,
        _ branch: String = "main",
        digest: String?,
        kind: PushedRef = .branch,
        files: [ChangedFile] = []
    ) -> PreviewedPushes.Push {
        PreviewedPushes.Push(
            step: step,
            remote: "https://git.test/ops.git",
            branch: branch,
            kind: kind,
            digest: digest,
            files: files
        )
    }

    private static let shown = PreviewedPushes(
        preview: "p1",
        pushes: [push("a", digest: "d1"), push("b", "other", digest: "d2")],
        unknown: ["u"]
    )

    @Test func `the same differences pass, however their branches have moved`() {
        let found = [Self.push("a", digest: "d1"), Self.push("b", "other", digest: "d2")]
        #expect(Self.shown.differences(from: found).isEmpty)
    }

    @Test func `another difference, another branch, and a push that was not shown are outdated`() {
        #expect(Self.shown.difference(from: Self.push("a", digest: "d9"))?.found == "d9")
        #expect(Self.shown.difference(from: Self.push("a", "elsewhere", digest: "d1")) != nil)
        #expect(Self.shown.difference(from: Self.push("a", digest: "d1", kind: .tag)) != nil)
        let extra = Self.shown.difference(from: Self.push("c", digest: "d1"))
        #expect(extra?.shown == nil)
        #expect(extra?.found == "d1")
    }

    @Test func `what was shown and does not come is outdated, and what changes nothing as before is not`() {
        #expect(Self.shown.difference(from: Self.push("a", digest: nil))?.shown == "d1")
        #expect(Self.shown.difference(from: Self.push("c", digest: nil)) == nil)
        #expect(Self.shown.differences(from: [Self.push("a", digest: "d1")]).map(\.step) == ["b"])
        #expect(Self.shown.missing(besides: ["a", "b"]).isEmpty)
    }

    @Test func `what nobody could know is not compared`() {
        #expect(Self.shown.difference(from: Self.push("u", digest: "d7")) == nil)
    }

    @Test func `a promotion's own branch has another name each time`() {
        let shown = PreviewedPushes(
            preview: "p1",
            pushes: [Self.push("a", "kargo/promotion/one", digest: "d1", kind: .promotionBranch)],
            unknown: []
        )
        let found = Self.push("a", "kargo/promotion/two", digest: "d1", kind: .promotionBranch)
        #expect(shown.difference(from: found) == nil)
    }

    @Test func `more files than are compared are like no other difference`() {
        let found = Self.push("a", digest: PreviewedPushes.Push.uncounted)
        #expect(Self.shown.difference(from: found) != nil)
    }

    @Test func `the message names both digests and the paths that differ`() throws {
        let shown = PreviewedPushes(
            preview: "p1",
            pushes: [
                Self.push(
                    "a",
                    digest: "d1",
                    files: [try ChangedFileTests.file("same", "1", "2"), try ChangedFileTests.file("x.yaml", "1", "2")]
                )
            ],
            unknown: []
        )
        let found = Self.push(
            "a",
            digest: "d9",
            files: [try ChangedFileTests.file("same", "1", "2"), try ChangedFileTests.file("x.yaml", "3", "2")]
        )
        let outdated = try #require(OutdatedPreview(preview: "p1", branches: shown.differences(from: [found])))
        #expect(outdated.branches.first?.files == ["x.yaml"])
        let message = outdated.message(pushed: [])
        #expect(
            message
                == "preview p1 is outdated: the difference on main is another one: the preview showed d1, now it is d9 (x.yaml); "
                + "nothing is pushed"
        )
        #expect(outdated.message(pushed: ["first"]).contains("first had been pushed before that"))
        #expect(OutdatedPreview(preview: "p1", branches: []) == nil)
    }
}
