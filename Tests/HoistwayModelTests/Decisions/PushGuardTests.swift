import HoistwayModel
import Testing

struct PushGuardTests {
    private let branch = BranchKey(remote: "https://git.example.com/ops", branch: "stage/prod")
    private let tree = ObjectID(String(repeating: "7", count: 40)) ?? .zero

    private func stage(_ change: (inout Stage) -> Void = { _ in }) -> Stage {
        var stage = Stage(
            key: StageKey(project: "shop", name: "prod"),
            requestedFreight: [],
            promotion: .steps([]),
            place: World.place
        )
        change(&stage)
        return stage
    }

    private func promotion(_ actor: Actor = .automatic, accepted: ObjectID? = nil) -> PromotionRecord {
        PromotionRecord(
            id: PromotionID("prod.1.abcdefa"),
            stage: StageKey(project: "shop", name: "prod"),
            freight: FreightID(String(repeating: "a", count: 40)),
            collection: [:],
            actor: actor,
            reason: "",
            steps: [],
            mode: .promote,
            acceptedTree: accepted,
            createdAt: Timestamp(seconds: 0)
        )
    }

    private func proposal(_ change: (inout PushProposal) -> Void = { _ in }) -> PushProposal {
        var proposal = PushProposal(
            branch: branch,
            tree: tree,
            replacesTree: true,
            foreignCommits: [],
            changedFiles: ["stages/prod/kustomization.yaml"],
            deletedFiles: [],
            othersFolders: [:],
            images: [.init(name: "app", oldTag: "1.0.0", newTag: "1.1.0")]
        )
        change(&proposal)
        return proposal
    }

    private func objection(_ proposal: PushProposal, _ stage: Stage, _ promotion: PromotionRecord) -> String? {
        PushGuard.objection(to: proposal, stage: stage, promotion: promotion) { _, new, old in new < old }?.text
    }

    @Test func `a change within its own bounds passes`() {
        #expect(objection(proposal(), stage(), promotion()) == nil)
    }

    @Test func `work of others at the tip stops a promotion that takes it away`() throws {
        let foreign = proposal {
            $0.foreignCommits = [.init(id: tree, author: "Eve <eve@example.com>", subject: "hotfix")]
        }
        let text = try #require(objection(foreign, stage(), promotion()))
        #expect(text.contains("Eve <eve@example.com> (hotfix)"))
        #expect(text.contains("hoistway adopt shop/prod"))
        #expect(objection(foreign, stage { $0.foreignCommits = .overwrite }, promotion()) == nil)
        var copied = foreign
        copied.replacesTree = false
        copied.foreignFiles = ["a.yaml", "b.yaml"]
        copied.foreignCommits[0].files = ["b.yaml"]
        copied.tip = .zero
        let said = try #require(objection(copied, stage(), promotion()))
        // T12, T13
        #expect(
            said.hasPrefix("stage/prod has a commit that Hoistway did not make, below its tip 0000000: "),
            "\(said)"
        )
        #expect(said.contains("(hotfix) changed b.yaml. This promotion would write over or delete a.yaml, b.yaml"))
        #expect(said.contains("projects.shop.stages.prod.foreignCommits") && said.contains("stop | keep | overwrite"))
        copied.foreignCommits = []
        #expect(objection(copied, stage(), promotion()) == nil)
    }

    @Test func `another program is a suspect by its newest commit, a person never`() {
        func commit(_ digit: String, by writer: String?) -> ForeignCommit {
            let id = ObjectID(String(repeating: digit, count: 40)) ?? .zero
            return ForeignCommit(id: id, author: "Eve <eve@example.com>", subject: "app", writer: writer)
        }
        let (keel, flux) = (commit("1", by: "Keel"), commit("2", by: "Flux image automation"))
        let person = commit("3", by: nil)
        #expect(SecondWriter.suspect(in: .ahead([person, keel, flux])) == SecondWriter(name: "Keel", commit: keel))
        #expect(SecondWriter.suspect(in: .ahead([person])) == nil)
        #expect(SecondWriter.suspect(in: .rewritten(from: keel.id, to: flux.id)) == nil)
    }

    @Test func `a second writer pauses the stage before all else, and is no matter where it is only observed`() throws {
        let keel = ForeignCommit(id: tree, author: "keel <keel@example.com>", subject: "app 1.1.5", writer: "Keel")
        let both = proposal {
            $0.standing = .ahead([keel])
            $0.secondWriter = SecondWriter(name: "Keel", commit: keel)
            $0.foreignCommits = [keel]
        }
        var record = promotion()
        let answer = PushGuard.objection(to: both, stage: stage(), promotion: record) { _, _, _ in false }
        let found = try #require(answer)
        #expect(found.pause == .twoWriters)
        #expect(found.text.hasPrefix("two writers: Keel commits to stage/prod") && found.text.contains("app 1.1.5"))
        #expect(found.text.contains("hoistway adopt shop/prod"))
        record.mode = .observe
        #expect(objection(both, stage(), record) == nil)
    }

    @Test func `another stage's images are not touched`() throws {
        let other = proposal {
            $0.othersFolders = ["stages/test": StageKey(project: "shop", name: "test")]
            $0.changedFiles = ["stages/test/kustomization.yaml"]
        }
        #expect(try #require(objection(other, stage(), promotion())).contains("belongs to stage shop/test"))
    }

    @Test func `an older version goes by hand only`() {
        let older = proposal { $0.images = [.init(name: "app", oldTag: "1.1.0", newTag: "1.0.0")] }
        #expect(objection(older, stage(), promotion())?.contains("1.0.0 is older") == true)
        #expect(objection(older, stage(), promotion(.person("ada"))) == nil)
    }

    @Test func `a person accepts a difference by its digest, and nothing else with it`() throws {
        let digest = String(repeating: "d", count: 64)
        let large = proposal {
            $0.deletedFiles = ["README.md"]
            $0.digest = digest
        }
        let text = try #require(objection(large, stage(), promotion()))
        #expect(text.contains("--accept \(digest)`"))
        let files = "README.md, stages/prod/kustomization.yaml"
        #expect(text.contains("delete 1 file of stage/prod (\(files)), more than"), "\(text)")
        var accepting = promotion(.person("ada"))
        accepting.acceptedDifferences = [String(repeating: "e", count: 64)]
        #expect(objection(large, stage(), accepting) != nil)
        accepting.acceptedDifferences?.append(digest)
        #expect(objection(large, stage(), accepting) == nil)
        var others = large
        others.othersFolders = ["stages/test": StageKey(project: "shop", name: "test")]
        others.changedFiles = ["stages/test/kustomization.yaml"]
        #expect(objection(others, stage(), accepting) != nil)
    }

    @Test func `more files than the stage allows wait for a person who accepts exactly that tree`() throws {
        let large = proposal { $0.deletedFiles = ["README.md"] }
        let text = try #require(objection(large, stage(), promotion()))
        #expect(text.contains("--accept \(tree)"))
        #expect(objection(large, stage(), promotion(.person("ada"), accepted: tree)) == nil)
        #expect(objection(large, stage(), promotion(.person("ada"), accepted: .zero)) != nil)
        var fresh = large
        fresh.changedFiles = nil
        #expect(objection(fresh, stage(), promotion()) == nil)
    }
}
