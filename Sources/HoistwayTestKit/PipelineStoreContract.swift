package import HoistwayModel
import HoistwayPorts

/// The contract of the store for the pipelines' state.
package enum PipelineStoreContract {
    package static let checks: [StoreCheck] = [
        keepsEverything, removes, replaces, keepsEndedWhole, removesEndedWhole, keepsTokens, keepsAudit,
        keepsWhatAuditIsAbout,
    ]

    private static let warehouse = WarehouseKey(project: "demo", name: "images")
    private static let at = Timestamp(microseconds: 1_767_225_600_123_456)

    /// One record of every kind, with each optional field set.
    package static var sampleChanges: [Change] {
        let image = ImageArtifact(repoURL: "reg.example.com/app", tag: "1.2.3", digest: "sha256:aa", createdAt: at)
        let freight = Freight(
            id: FreightID("f00"),
            alias: "happy-otter",
            origin: warehouse,
            artifacts: [.image(image)],
            discoveredAt: at
        )
        return [
            .putSubscription(
                SubscriptionRecord(
                    key: SubscriptionKey(warehouse: warehouse, subscription: "reg.example.com/app"),
                    newest: .image(image),
                    knownTags: KnownTags([.init(tag: "1.2.3", digest: "sha256:aa")]),
                    updatedAt: at
                )
            ),
            .putFreight(sample(freight)),
            .putStage(
                StageRecord(
                    key: StageKey(project: "demo", name: "test"),
                    history: [.init(items: ["images": FreightID("f00")], promotion: PromotionID("test.1.f00"), at: at)],
                    lastPromotion: PromotionID("test.1.f00")
                )
            ),
            .putHealth(sampleHealth), .putPromotion(samplePromotion),
            .putBranch(
                BranchRecord(
                    key: BranchKey(remote: "https://git.example.com/a.git", branch: "stage/test"),
                    head: .zero,
                    ownCommits: [.zero],
                    adopted: .zero
                )
            ),
            .putIntent(sampleIntent), .putNotice(sampleNotice), .putRefresh(sampleRefresh),
            .putWarehouse(
                WarehouseRecord(
                    key: WarehouseKey(project: "demo", name: "images"),
                    heldBack: .init(
                        freight: FreightID("f00"),
                        summary: "app 1.2.3",
                        criteria: "1 == 2",
                        failure: nil,
                        since: at
                    )
                )
            ),
            .putAnnotations(
                AnnotationRecord(
                    key: ObjectKey(StageKey(project: "demo", name: "test")),
                    seen: ["refresh": "2026-11-29T13:00:00Z"]
                )
            ),
        ]
    }

    private static func sample(_ freight: Freight) -> FreightRecord {
        var record = FreightRecord(
            freight: freight,
            currentlyIn: ["test": at],
            verifiedIn: ["test": .init(verifiedAt: at, longestSoak: .milliseconds(1500), by: "token ann")],
            approvedFor: ["prod": .init(approvedAt: at, actor: "ann")],
            cause: "app-github delivery 17",
            delivery: 17
        )
        record.failedIn = ["uat": .init(failedAt: at, actor: "ann", reason: "the smoke test failed")]
        return record
    }

    private static var samplePromotion: PromotionRecord {
        var promotion = PromotionRecord(
            id: PromotionID("test.1.f00"),
            stage: StageKey(project: "demo", name: "test"),
            freight: FreightID("f00"),
            collection: ["images": FreightID("f00")],
            actor: .person("ann"),
            reason: "promoted by hand",
            steps: [],
            mode: .promote,
            acceptedTree: .zero,
            createdAt: at
        )
        promotion.phase = .running
        promotion.message = "a line\nand \u{1F} another, ünïcode"
        promotion.nextTry = at
        promotion.attempts = 2
        promotion.stepRecords = [StepRecord(alias: "step-1", uses: "git-push", status: .running, startedAt: at)]
        let address = ApplicationAddress(cluster: "main", key: ApplicationKey(namespace: "argocd", name: "demo-test"))
        promotion.stepRecords[0].applications = [
            ApplicationCheck(
                address: address,
                desiredRevisions: ["", "1.2.3"],
                repositories: ["https://a", "https://b"]
            )
        ]
        return promotion
    }

    /// A promotion that has ended, with all fields that the state keeps, and many that it does not.
    package static var sampleEnded: PromotionRecord {
        var promotion = samplePromotion
        promotion.id = PromotionID("test.0.f00")
        promotion.collection = ["images": FreightID("f00"), "charts": FreightID("f01")]
        promotion.phase = .failed
        promotion.startedAt = at
        promotion.finishedAt = at
        promotion.nextTry = nil
        promotion.removal = "the stage went"
        promotion.gaveWayTo = PromotionID("test.9.f09")
        promotion.failure = FailureRecord(.limits, message: "too much", hint: "accept it")
        promotion.warnings = ["mind the gap"]
        promotion.steps = ["git-push", "git-open-pr"].enumerated().map { number, uses in
            StepTemplate(
                uses: uses,
                alias: "step-\(number + 1)",
                config: .map(["path": .string("./out")]),
                place: SourcePlace(file: "pipeline.yaml", line: 7)
            )
        }
        promotion.stepRecords = [
            StepRecord(alias: "step-1", uses: "git-push", status: .succeeded, startedAt: at, finishedAt: at),
            StepRecord(alias: "step-2", uses: "git-open-pr", status: .failed, message: "no", startedAt: at),
        ]
        promotion.stepRecords[1].began = true
        promotion.stepRecords[1].failure = promotion.failure
        promotion.branches = [
            BranchOutcome(
                remote: "https://git.example.com/a.git",
                branch: "stage/test",
                before: .zero,
                commit: .zero,
                tree: .zero,
                subject: "app 1.2.3",
                diff: "--- a\n+++ b\n",
                pushed: true,
                step: "step-1"
            ),
            BranchOutcome(
                remote: "https://git.example.com/a.git",
                branch: "v1",
                before: .zero,
                commit: .zero,
                tree: .zero,
                subject: "",
                pushed: false,
                kind: .tag
            ),
        ]
        return promotion
    }

    private static var sampleRefresh: RefreshRecord {
        RefreshRecord(
            news: SourceNews(
                repositories: ["git.example.com/acme/deploy"],
                what: .branch("stage/test", isDefault: nil),
                commit: "c0ffee",
                changedFiles: ["web/values.yaml"]
            ),
            cause: "app-github delivery 17",
            projects: ["demo"],
            clusters: ["edge", "main"],
            since: at
        )
    }

    private static var sampleHealth: StageHealthRecord {
        let address = ApplicationAddress(cluster: "main", key: ApplicationKey(namespace: "argocd", name: "demo-test"))
        let found = ApplicationHealth(
            address: address,
            status: .progressing,
            reason: "Application argocd/demo-test is Degraded",
            since: at,
            degradedSince: at,
            refresh: ApplicationHealth.Refresh(attempts: 2, at: at, failure: "the cluster main did not answer")
        )
        return StageHealthRecord(
            key: StageKey(project: "demo", name: "test"),
            promotion: PromotionID("test.1.f00"),
            applications: [found],
            previous: nil,
            now: at
        )
    }

    private static var sampleNotice: Notice {
        let occurrence = Occurrence(
            .promotionRefused,
            at: at,
            projects: ["demo"],
            stage: StageKey(project: "demo", name: "test"),
            freight: FreightID("f00"),
            summary: "app 1.2.3",
            promotion: PromotionID("test.1.f00"),
            delivery: 17,
            receiver: "app-github",
            reason: "protected\nbranch",
            next: "ask somebody"
        )
        return Notice(id: "notice-1", target: "ops", occurrence: occurrence, attempts: 3, nextTry: at)
    }

    private static var sampleIntent: PushIntent {
        PushIntent(
            id: "intent-1",
            project: "demo",
            remote: "https://git.example.com/a.git",
            insecureSkipTLSVerify: true,
            branches: [
                .init(
                    branch: "stage/test",
                    old: .zero,
                    commits: [.init(id: .zero, promotion: PromotionID("test.1.f00"))]
                )
            ],
            createdAt: at
        )
    }

    private static let keepsEverything = StoreCheck("every kind of record is given back after a restart") { open in
        var store = try open()
        var expected = PipelineState()
        try require(try await store.load(), equals: expected, "an empty store")
        // One commit each: it must exist after an immediate restart.
        for change in sampleChanges {
            try await store.commit([change], deliveries: [], audit: [])
            expected.apply(change)
            store = try open()
            try require(try await store.load(), equals: expected, "the state after one more commit")
        }
    }

    private static let removes = StoreCheck("what is removed is gone after a restart") { open in
        var store = try open()
        try await store.commit(sampleChanges, deliveries: [], audit: [])
        try await store.commit(
            [
                .removeFreight(FreightKey(project: "demo", id: FreightID("f00"))),
                .removePromotion(PromotionID("test.1.f00")),
                .removeIntent("intent-1"), .removeNotice("notice-1"), .removeRefresh(sampleRefresh.id),
                .removeHealth(StageKey(project: "demo", name: "test")),
            ],
            deliveries: [],
            audit: []
        )
        store = try open()
        let state = try await store.load()
        try require(state.freight.isEmpty && state.promotions.isEmpty && state.intents.isEmpty, "they are gone")
        try require(
            state.notices.isEmpty && state.refreshes.isEmpty && state.health.isEmpty,
            "so are the notice, the refresh and the health"
        )
        try require(state.stages.count + state.branches.count + state.subscriptions.count, equals: 3, "the others stay")
    }

    private static let keepsEndedWhole = StoreCheck("the state has what an ended promotion left, the store has all") {
        open in
        var store = try open()
        var plain = sampleEnded
        plain.id = PromotionID("test.2.f00")
        plain.phase = .succeeded
        plain.actor = .automatic
        (plain.removal, plain.gaveWayTo, plain.failure) = (nil, nil, nil)
        plain.stepRecords = []
        var observed = plain
        observed.id = PromotionID("test.3.f00")
        observed.mode = .observe
        observed.branches[0].images = [PromotedImage(file: "k.yaml", name: "app", tag: "1.2.3", digest: nil)]
        var bare = plain
        bare.id = PromotionID("test.4.f00")
        (bare.branches, bare.collection) = ([], [:])
        for record in [sampleEnded, plain, observed, bare] {
            var open = record
            open.phase = .running
            try await store.commit([.putPromotion(open)], deliveries: [], audit: [])
            try require(try await store.promotions([open.id]), equals: [open], "the open one")
            try await store.commit([.putPromotion(record)], deliveries: [], audit: [])
        }
        store = try open()
        let state = try await store.load()
        let all = [sampleEnded, plain, observed, bare]
        try require(Array(state.openPromotions), equals: [], "what is open")
        for record in all {
            try require(state.promotions[record.id], equals: .ended(EndedPromotion(record)), "what is known of it")
        }
        let ids = [bare.id, PromotionID("test.5.f00"), sampleEnded.id]
        try require(
            try await store.promotions(ids),
            equals: [bare, sampleEnded],
            "the wholes, in the order of the ids"
        )
        // A later change of an ended promotion changes both.
        var late = bare
        late.branches = plain.branches
        try await store.commit([.putPromotion(late)], deliveries: [], audit: [])
        store = try open()
        try require(try await store.promotions([late.id]), equals: [late], "the whole as put last")
        let known = try await store.load().promotions[late.id]
        try require(known, equals: .ended(EndedPromotion(late)), "what is known of it as put last")
    }

    private static let removesEndedWhole = StoreCheck("of an ended promotion that is removed nothing stays") { open in
        var store = try open()
        let id = sampleEnded.id
        let results = [StepResult(alias: "step-1", outputs: ["a": .string("b")])]
        try await store.commit([.putPromotion(sampleEnded), .putStepResults(id, results)], deliveries: [], audit: [])
        try await store.commit([.removePromotion(id)], deliveries: [], audit: [])
        store = try open()
        try require(try await store.load().promotions.isEmpty, "the state has nothing of it")
        try require(try await store.promotions([id]), equals: [], "the store has nothing of it")
        try require(try await store.stepResults(of: id), equals: [], "nor of its steps")
    }

    private static let replaces = StoreCheck("a record put twice is kept once, as it was put last") { open in
        let store = try open()
        var record = StageRecord(key: StageKey(project: "demo", name: "test"))
        try await store.commit([.putStage(record)], deliveries: [], audit: [])
        record.lastPromotion = PromotionID("test.2.f00")
        try await store.commit([.putStage(record)], deliveries: [], audit: [])
        try require(Array(try await store.load().stages.values), equals: [record], "the stages")
    }

    private static let keepsTokens = StoreCheck("tokens are kept by name") { open in
        var store = try open()
        var token = TokenRecord(name: "ci", hash: [1, 2, 3], role: .read, project: "demo", createdAt: at)
        try await store.put(token)
        token.role = .admin
        token.project = nil
        try await store.put(token)
        try await store.put(TokenRecord(name: "bot", hash: [4], role: .promote, project: nil, createdAt: at))
        store = try open()
        try require(try await store.tokens().map(\.name), equals: ["bot", "ci"], "the names")
        try require(try await store.tokens().last, equals: token, "the token as put last")
        try await store.removeToken(named: "bot")
        try require(try await store.tokens(), equals: [token], "what is left")
    }

    private static let keepsAudit = StoreCheck("the audit trail is newest first") { open in
        var store = try open()
        for number in 1...3 {
            let record = AuditRecord(at: at, actor: "ann", action: "promote", detail: "number \(number)")
            try await store.commit([], deliveries: [], audit: [record])
        }
        store = try open()
        try require(try await store.audit(limit: 2).map(\.detail), equals: ["number 3", "number 2"], "the newest two")
    }

    private static let keepsWhatAuditIsAbout = StoreCheck("entries of the audit trail are found by project") { open in
        var store = try open()
        let records = ["shop", "other", "shop", nil].enumerated().map { number, project in
            AuditRecord(
                at: at,
                actor: "ann",
                action: "promote",
                detail: "number \(number)",
                project: project,
                object: project.map { AuditObject(.stage, $0) },
                outcome: number == 2 ? .refused : nil
            )
        }
        try await store.commit([], deliveries: [], audit: records)
        store = try open()
        let own = try await store.audit(project: "shop", before: nil, limit: 9)
        try require(own.map(\.detail), equals: ["number 2", "number 0"], "those of the project, newest first")
        try require(own.map(\.outcome), equals: [.refused, nil], "their outcomes")
        try require(own.first?.object, equals: AuditObject(.stage, "shop"), "what it is about")
        let older = try await store.audit(project: "shop", before: own.first?.id, limit: 9)
        try require(older.map(\.detail), equals: ["number 0"], "those before an entry")
        try require(try await store.audit(project: nil, before: nil, limit: 9).count, equals: 4, "all")
    }
}
