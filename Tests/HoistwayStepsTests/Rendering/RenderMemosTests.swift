import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Testing

/// Memos are kept within bounds.
struct RenderMemosTests {
    private static func id(_ name: String) -> PromotionID { PromotionID("\(name).01hzy3x8p2q6v9w4t7r5s1n0mk.0123456") }

    private static func memo(_ size: Int, folder: GitPath = "app") -> RenderMemo {
        let rendered = RenderedManifests(
            files: [ProgramFile("out/a.yaml", Array(repeating: 1, count: size))],
            program: "kustomize 5.4.2",
            inputs: [],
            words: ""
        )
        return RenderMemo(
            request: .kustomize(KustomizeBuild(folder, outPath: "out")),
            reads: RecordedReads(),
            result: .success(rendered)
        )
    }

    @Test func `a promotion finds its own memos, by alias`() {
        let memos = RenderMemos()
        let first = memos.memo(of: Self.id("test"))
        let second = memos.memo(of: Self.id("prod"))
        #expect(first.keep("build", Self.memo(10)))
        #expect(first.render("build")?.request == Self.memo(10).request)
        #expect(first.render("other") == nil)
        #expect(second.render("build") == nil)
        first.remove("build")
        #expect(first.render("build") == nil)
        #expect(memos.bytes == 0)
    }

    @Test func `a later memo takes the place of an earlier one, and what has ended is forgotten`() {
        let memos = RenderMemos()
        let memo = memos.memo(of: Self.id("test"))
        #expect(memo.keep("build", Self.memo(100_000)))
        #expect(memo.keep("build", Self.memo(10, folder: "other")))
        #expect(memos.bytes < 10_000)
        #expect(memo.render("build")?.request == Self.memo(10, folder: "other").request)
        memos.forget(Self.id("test"))
        #expect(memos.bytes == 0)
        #expect(memo.render("build") == nil)
        memos.forget(Self.id("test"))
        #expect(memos.bytes == 0)
    }

    @Test func `what is too large for one promotion is not kept, and nothing is lost for it`() {
        let memos = RenderMemos(maxBytes: 1_000_000, maxBytesOfPromotion: 100_000)
        let memo = memos.memo(of: Self.id("test"))
        #expect(memo.keep("a", Self.memo(60_000)))
        #expect(!memo.keep("b", Self.memo(60_000)))
        #expect(memo.render("a") != nil)
        #expect(memo.render("b") == nil)
        #expect(memos.bytes < 100_000)
    }

    @Test func `beyond the bound for all, the promotion that was used longest ago goes`() {
        let memos = RenderMemos(maxBytes: 200_000, maxBytesOfPromotion: 100_000)
        let all = ["a", "b", "c"].map { memos.memo(of: Self.id($0)) }
        #expect(all[0].keep("build", Self.memo(80_000)))
        #expect(all[1].keep("build", Self.memo(80_000)))
        #expect(all[0].render("build") != nil)
        #expect(all[2].keep("build", Self.memo(80_000)))
        #expect(all.map { $0.render("build") != nil } == [true, false, true])
        #expect(memos.bytes < 200_000)
    }
}
