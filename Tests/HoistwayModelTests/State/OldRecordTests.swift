import Foundation
import HoistwayModel
import Testing

/// Records of the state as earlier versions wrote them: what came later is not in them, and is not missed.
struct OldRecordTests {
    private func read<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    private let first = Timestamp(microseconds: 1_795_592_780_265_426)

    // MARK: The first version

    @Test func `freight of the first version knows no delivery and no observed stages`() throws {
        let record = try read(
            FreightRecord.self,
            #"""
            {"cause":"registry delivery 5","currentlyIn":{"test":1795592780265426},
             "verifiedIn":{"test":{"verifiedAt":1795592780265426},
                           "uat":{"verifiedAt":1795592780265426,"longestSoak":[0,1958005000000000000]}},
             "approvedFor":{"prod":{"actor":"first","approvedAt":1795592780265426}},
             "freight":{"id":"83847ed028e97a8bc1235ae5f439c3a2d6d7c794","alias":"cosy-puffin",
               "origin":{"name":"guestbook","project":"guestbook"},"discoveredAt":1795592780265426,
               "artifacts":[
                 {"image":{"_0":{"repoURL":"ghcr.io\/acme\/app","tag":"1.1.0","digest":"sha256:98"}}},
                 {"commit":{"_0":{"repoURL":"https:\/\/git.example.com\/acme\/app","author":"","message":"Run 3",
                   "id":"955658b6324df47355b3a0a005f18a6d11875d12","branch":"main"}}},
                 {"chart":{"_0":{"repoURL":"oci:\/\/ghcr.io\/acme\/chart","name":"","version":"2.0.0"}}}]}}
            """#
        )
        #expect(record.key == FreightKey(project: "guestbook", id: record.freight.id))
        #expect(record.delivery == nil)
        #expect(record.observedIn == nil)
        #expect(record.currentlyIn == ["test": first])
        #expect(record.verifiedIn["test"]?.longestSoak == nil)
        #expect(record.verifiedIn["uat"]?.longestSoak == .milliseconds(1958) + .microseconds(5))
        #expect(record.approvedFor["prod"]?.actor == "first")
        #expect(record.freight.images.map(\.createdAt) == [nil])
        #expect(record.freight.commits.map(\.tag) == [nil])
        #expect(record.freight.artifacts.count == 3)
    }

    @Test func `a stage of the first version is not paused`() throws {
        let record = try read(
            StageRecord.self,
            #"""
            {"key":{"name":"prod","project":"guestbook"},"lastPromotion":"prod.01.83847ed",
             "history":[{"items":{"guestbook":"83847ed"},"promotion":"prod.01.83847ed","at":1795592780265426}]}
            """#
        )
        #expect(record.current(of: "guestbook") == FreightID("83847ed"))
        #expect(record.lastPromotion == PromotionID("prod.01.83847ed"))
        #expect(record.pauses.isEmpty)
        #expect(record.mode == nil && record.observedUntil == nil && record.lost == nil)
        #expect(record.history.first?.commits == nil)
        #expect(record.history.first?.undelivered == nil && record.history.first?.deliveredCommits == nil)
        let unused = try read(StageRecord.self, #"{"key":{"name":"a","project":"b"},"history":[]}"#)
        #expect(unused == StageRecord(key: StageKey(project: "b", name: "a")))
    }

    @Test func `a branch of the first version has not drifted`() throws {
        let record = try read(
            BranchRecord.self,
            #"""
            {"head":"e3b14bc2ff9a278bbea05446863cf66c6996dba3",
             "key":{"remote":"https:\/\/git.example.com\/ops","branch":"stage\/prod"},
             "ownCommits":["e3b14bc2ff9a278bbea05446863cf66c6996dba3"]}
            """#
        )
        #expect(record.key == BranchKey(remote: "https://git.example.com/ops", branch: "stage/prod"))
        #expect(record.ownCommits == [record.head])
        #expect(record.adopted == nil)
        #expect(record.drift == nil)
    }

    @Test func `a subscription of the first version, with and without an artifact`() throws {
        let record = try read(
            SubscriptionRecord.self,
            #"""
            {"key":{"warehouse":{"project":"p","name":"w"},"subscription":"image ghcr.io\/acme\/app"},
             "knownTags":[{"tag":"1.0.0","digest":"sha256:10"},{"tag":"1.1.0","digest":"sha256:98"}],
             "newest":{"image":{"_0":{"tag":"1.1.0","digest":"sha256:98","createdAt":1795592780265426,
               "repoURL":"ghcr.io\/acme\/app"}}},"updatedAt":1795592780265426}
            """#
        )
        #expect(record.digest(of: "1.0.0") == "sha256:10")
        #expect(record.head == nil)
        let empty = try read(
            SubscriptionRecord.self,
            #"""
            {"key":{"warehouse":{"project":"p","name":"w"},"subscription":"git x"},"knownTags":[],"updatedAt":7}
            """#
        )
        #expect(empty.newest == nil)
    }

    @Test func `a promotion of the first version keeps its steps, and its branches have no images`()
        throws
    {
        let record = try read(
            PromotionRecord.self,
            #"""
            {"id":"prod.01.83847ed","stage":{"project":"p","name":"prod"},"freight":"83847ed","mode":"promote",
             "collection":{"w":"83847ed"},"actor":{"person":{"_0":"first"}},"reason":"asked for by first",
             "phase":"Succeeded","message":"pushed stage\/prod at d89e68e","attempts":0,
             "createdAt":1795592780265426,"startedAt":1795592780265426,"finishedAt":1795592780265426,
             "steps":[{"uses":"git-push","alias":"step-1","continueOnError":false,"errorThreshold":1,
               "config":{"map":{"_0":{"path":{"string":{"_0":".\/out"}},"n":{"number":{"_0":2}},"e":{"null":{}},
                 "l":{"list":{"_0":[{"bool":{"_0":true}}]}}}}},
               "place":{"file":"pipelines\/p.yaml","line":64,"path":"spec.steps[0]"}}],
             "stepRecords":[{"uses":"git-push","alias":"step-1","status":"Succeeded","errorCount":0,
               "message":"pushed stage\/prod at d89e68e","startedAt":1795592780265426,
               "finishedAt":1795592780265426}],
             "branches":[{"remote":"https:\/\/git.example.com\/ops","branch":"stage\/prod","pushed":true,
               "before":"e3b14bc2ff9a278bbea05446863cf66c6996dba3","subject":"app 1.0.0 → 1.1.0 to prod",
               "commit":"d89e68e0bdfd19222c5ebcebf6eff02386379af2",
               "tree":"84e67bd32c5638e949cf9dd883fcf04b73a34abe"}]}
            """#
        )
        #expect(record.actor == .person("first"))
        #expect(record.hasPushed)
        #expect(record.branches.map(\.images) == [nil])
        #expect(record.branches.map(\.diff) == [nil])
        #expect(record.warnings == nil)
        let config = try #require(record.steps.first?.config)
        #expect(config["path"] == .string("./out"))
        #expect(config["n"] == .number(2))
        #expect(config["e"] == .null)
        #expect(config["l"] == .list([.bool(true)]))

        let automatic = try read(
            PromotionRecord.self,
            #"""
            {"id":"test.01.83847ed","stage":{"project":"p","name":"test"},"freight":"83847ed","mode":"observe",
             "collection":{},"actor":{"automatic":{}},"reason":"","phase":"Pending","message":"","attempts":2,
             "createdAt":1795592780265426,"steps":[],"stepRecords":[],"branches":[]}
            """#
        )
        #expect(automatic.actor == .automatic)
        #expect(automatic.mode == .observe)
        #expect(automatic.startedAt == nil)
    }

    @Test(arguments: ["Pending", "Running", "Succeeded", "Failed", "Errored", "Aborted"])
    func `a phase of the first version is still known`(_ phase: String) throws {
        let read = try read([PromotionPhase].self, #"["\#(phase)"]"#)
        #expect(read.map(\.rawValue) == [phase])
    }

    @Test(arguments: ["Pending", "Succeeded", "Skipped", "Running", "Aborted", "Failed", "Errored"])
    func `a step's status of the first version is still known`(_ status: String) throws {
        let record = try read(
            StepRecord.self,
            #"{"uses":"copy","alias":"a","status":"\#(status)","errorCount":0,"message":""}"#
        )
        #expect(record.status.rawValue == status)
    }

    @Test func `an intent of the first version, also with the pack that drafts of it held`() throws {
        let record = try read(
            PushIntent.self,
            #"""
            {"id":"1795592785886808-832930","insecureSkipTLSVerify":false,"project":"p","createdAt":1795592780265426,
             "remote":"https:\/\/git.example.com\/ops","pack":[],
             "branches":[{"branch":"stage\/prod","old":"e3b14bc2ff9a278bbea05446863cf66c6996dba3",
               "commits":[{"promotion":"prod.01.0a2ce21","id":"d89e68e0bdfd19222c5ebcebf6eff02386379af2"}]}]}
            """#
        )
        #expect(record.branches.first?.commits.first?.promotion == PromotionID("prod.01.0a2ce21"))
        #expect(record.createdAt == first)
    }

    // MARK: Versions after it

    @Test(arguments: ["notLooked", "lostState", "twoWriters"])
    func `a stage that the second version paused stays paused`(_ kind: String) throws {
        let record = try read(
            StageRecord.self,
            #"""
            {"key":{"name":"prod","project":"p"},"history":[],
             "pause":{"kind":"\#(kind)","reason":"somebody must look","since":1795592780265426}}
            """#
        )
        #expect(record.pauses.map(\.kind.rawValue) == [kind])
        #expect(record.pauses.map(\.since) == [first])
    }

    @Test func `what the second version observed and found drifted is kept`() throws {
        let branch = try read(
            BranchRecord.self,
            #"""
            {"head":"e3b14bc2ff9a278bbea05446863cf66c6996dba3","key":{"remote":"r","branch":"b"},"ownCommits":[],
             "drift":"0000000000000000000000000000000000000000"}
            """#
        )
        #expect(branch.drift == .zero)
        let image = try read(PromotedImage.self, #"{"file":"k\/kustomization.yaml","name":"app","tag":"1.0.0"}"#)
        #expect(image == PromotedImage(file: "k/kustomization.yaml", name: "app", tag: "1.0.0", digest: nil))
    }

    @Test(
        arguments: [
            "promotion-failed", "promotion-refused", "acceptance-needed", "promotion-retrying", "two-writers",
            "delivery-failed", "test",
        ]
    )
    func `a notice that waited while the program was exchanged is still sent`(_ event: String) throws {
        let notice = try read(
            Notice.self,
            #"""
            {"id":"n1","target":"ops","attempts":3,
             "occurrence":{"event":"\#(event)","at":1795592780265426,"reason":"the push was refused"}}
            """#
        )
        #expect(notice.occurrence.event.rawValue == event)
        #expect(notice.occurrence.projects == nil)
        #expect(notice.occurrence.next == nil)
        #expect(notice.nextTry == nil)
        #expect(notice.attempts == 3)
    }
}
