import HoistwayModel
import Testing

/// Whose work a commit is on a branch into which pull requests of promotions are merged.
struct MergedWorkTests {
    private static func id(_ digit: String) -> ObjectID {
        ObjectID(String(repeating: digit, count: 40)) ?? .zero
    }

    private static func change(_ old: String?, _ new: String?) -> FileChange {
        FileChange(
            old: old.map { FileVersion(mode: 0o100644, id: id($0)) },
            new: new.map { FileVersion(mode: 0o100644, id: id($0)) }
        )
    }

    private static func proposal(_ name: String, head: String, _ changes: [GitPath: FileChange]...) -> ProposedWork {
        ProposedWork(promotion: PromotionID(name), head: id(head), changes: changes)
    }

    private static let one = proposal("one", head: "a", ["envs/test": change("1", "2")])
    private static let two = proposal("two", head: "b", ["envs/test": change("1", "2"), "envs/prod": change("3", "4")])

    private static func work(
        _ landed: [GitPath: FileChange],
        parents: [ObjectID] = [id("9")],
        _ proposals: [ProposedWork] = [one],
        same: Set<MergedWork.EditPair> = []
    ) -> MergedWork {
        MergedWork.of(landed, parents: parents, proposals: proposals, sameEdits: same)
    }

    @Test func `a commit that leaves what the promotion had pushed is the promotion's`() {
        #expect(Self.work(["envs/test": Self.change("1", "2")]) == .own([PromotionID("one")]))
        #expect(Self.work(["envs/test": Self.change("5", "2")]) == .own([PromotionID("one")]), "main had moved on")
    }

    @Test func `other files of it, and another content, are somebody else's`() {
        let both: [GitPath: FileChange] = ["envs/test": Self.change("1", "2"), "more": Self.change(nil, "7")]
        #expect(Self.work(both) == .mixed(["more"]))
        #expect(Self.work(["envs/test": Self.change("1", "8")]) == .foreign)
        #expect(Self.work(["more": Self.change(nil, "7")]) == .foreign)
        #expect(Self.work(["envs/test": Self.change("2", "1")]) == .foreign, "a revert")
        #expect(Self.work(["envs/test": Self.change("1", "2")], []) == .foreign)
    }

    @Test func `a merge that changes nothing is the promotion's where it merges its commit`() {
        #expect(Self.work([:], parents: [Self.id("9"), Self.id("a")]) == .own([PromotionID("one")]))
        #expect(Self.work([:]) == .foreign)
    }

    @Test func `of two promotions that explain it, it is of the one that it merges, else of the one that changed less`()
    {
        let landed: [GitPath: FileChange] = ["envs/test": Self.change("1", "2")]
        #expect(Self.work(landed, [Self.two, Self.one]) == .own([PromotionID("one")]))
        #expect(
            Self.work(landed, parents: [Self.id("9"), Self.id("b")], [Self.one, Self.two]) == .own([PromotionID("two")])
        )
    }

    @Test func `one commit may land the work of several promotions`() {
        let other = Self.proposal("other", head: "c", ["envs/uat": Self.change("5", "6")])
        let landed: [GitPath: FileChange] = ["envs/test": Self.change("1", "2"), "envs/uat": Self.change("5", "6")]
        #expect(Self.work(landed, [Self.one, other]) == .own([PromotionID("one"), PromotionID("other")]))
    }

    @Test func `one of several commits of a promotion is its work`() {
        let several = Self.proposal(
            "several",
            head: "c",
            ["a": Self.change("1", "3")],
            ["a": Self.change("1", "2")],
            ["a": Self.change("2", "3")]
        )
        #expect(Self.work(["a": Self.change("1", "2")], [several]) == .own([PromotionID("several")]))
    }

    @Test func `the same edit of a file that was changed in between is the promotion's`() {
        let landed: [GitPath: FileChange] = ["envs/test": Self.change("5", "6")]
        let pairs = MergedWork.pairs(landed, [Self.one])
        #expect(pairs.count == 1)
        #expect(Self.work(landed, same: pairs) == .own([PromotionID("one")]))
        #expect(Self.work(landed) == .foreign)
        #expect(
            MergedWork.pairs(["envs/test": Self.change("1", "6")], [Self.one]).isEmpty,
            "the same beginning, another end"
        )
        #expect(MergedWork.pairs(["envs/test": Self.change(nil, "6")], [Self.one]).isEmpty)
    }

    @Test func `a subscription remembers whose work its branch has, the newest`() throws {
        let key = SubscriptionKey(warehouse: WarehouseKey(project: "p", name: "w"), subscription: "s")
        var record = SubscriptionRecord(key: key, updatedAt: Timestamp(seconds: 1))
        func merge(_ digit: String) -> SubscriptionRecord.OwnMerge {
            SubscriptionRecord.OwnMerge(commit: Self.id(digit), promotions: [PromotionID(digit)])
        }
        record.note([merge("2"), merge("1")])
        record.note([merge("3"), merge("2")])
        #expect(record.merges == [merge("1"), merge("2"), merge("3")])
    }
}
