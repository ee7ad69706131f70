import HoistwayModel
import Testing

/// What the state keeps of a promotion that has ended says the same as the whole promotion.
struct EndedPromotionTests {
    private static let at = Timestamp(seconds: 1_800_000_000)
    private static let app = "https://git.example.com/acme/app.git"

    private static func record(_ phase: PromotionPhase) throws -> PromotionRecord {
        var record = PromotionRecord(
            id: PromotionID("test.01.f"),
            stage: StageKey(project: "shop", name: "test"),
            freight: FreightID("f"),
            collection: ["app": FreightID("f")],
            actor: .person("ada"),
            reason: "asked for",
            steps: ["git-push", "git-open-pr", "argocd-update", "http"].enumerated().map { number, uses in
                StepTemplate(
                    uses: uses,
                    alias: "step-\(number + 1)",
                    config: .map([:]),
                    place: SourcePlace(file: "a.yaml", line: 1)
                )
            },
            mode: .promote,
            createdAt: at
        )
        record.phase = phase
        record.message = "a message"
        record.failure = FailureRecord(.step, message: "no")
        record.stepRecords = record.steps.map { StepRecord(alias: $0.alias, uses: $0.uses, status: .succeeded) }
        let url = "https://git.example.com/acme/app/pulls/7"
        let pull = PullRequest(number: 7, url: url, state: .open, sourceBranch: "s", targetBranch: "main", head: nil)
        record.stepRecords[1].pull = PromotedPull(pull, repository: app)
        record.stepRecords[2].applications = [
            ApplicationCheck(
                address: ApplicationAddress(cluster: "main", key: ApplicationKey(namespace: "argocd", name: "demo")),
                desiredRevisions: ["1"],
                repositories: [app]
            )
        ]
        record.stepRecords[3].status = .failed
        record.stepRecords[3].began = true
        record.stepRecords[3].failure = record.failure
        let head = try #require(ObjectID(String(repeating: "1", count: 40)))
        record.branches = [
            BranchOutcome(
                remote: app,
                branch: "stage/test",
                before: .zero,
                commit: head,
                tree: head,
                subject: "s",
                diff: "d",
                pushed: true
            )
        ]
        return record
    }

    @Test(arguments: [PromotionPhase.succeeded, .failed, .errored, .aborted])
    func `what is asked of it after its end has the same answer`(phase: PromotionPhase) throws {
        let record = try Self.record(phase)
        let known = KnownPromotion(record)
        #expect(known.open == nil && known.ended == EndedPromotion(record))
        let repository = RepositoryIdentity(Self.app)
        #expect(known.outline == record.outline)
        #expect(known.hasPushed && known.hasActed && record.hasActed)
        #expect(known.mayHaveProposed && known.pulls == record.pulls && known.pulls.count == 1)
        #expect(known.leftOpen == record.leftOpen && (known.leftOpen == nil) == (phase == .succeeded))
        #expect(known.proposed(in: repository).map(\.head) == record.proposed(in: repository).map(\.head))
        #expect(known.landings(in: repository) == record.landings(in: repository))
        #expect(known.applicationChecks == record.applicationChecks && known.applicationChecks.count == 1)
        #expect(known.ended?.stepCount == 4 && known.ended?.failedStep == StepName(ofFailed: record))
        #expect((known.ended?.failedStep == nil) == (phase == .succeeded))
        #expect(
            PromotionStatus.all(of: known, freight: nil, link: nil)
                == PromotionStatus.all(of: record, freight: nil, link: nil)
        )
    }

    @Test func `a step that has begun outside is not forgotten, one that has not is`() throws {
        var record = try Self.record(.errored)
        record.branches = []
        #expect(EndedPromotion(record).hasActed)
        record.stepRecords[3].began = nil
        #expect(!EndedPromotion(record).hasActed && !record.hasActed)
        #expect(EndedPromotion(record).notableSteps.map(\.uses) == ["git-open-pr", "argocd-update"])
        record.stepRecords[1].pull = nil
        record.stepRecords[1].isOpen = true
        #expect(EndedPromotion(record).mayHaveProposed)
    }

    @Test func `an open one is held whole`() throws {
        let record = try Self.record(.running)
        var state = PipelineState()
        state.apply(.putPromotion(record))
        #expect(state.openPromotion(record.id) == record && Array(state.openPromotions) == [record])
        var ended = record
        ended.phase = .failed
        state.apply(.putPromotion(ended))
        #expect(state.openPromotion(record.id) == nil && state.promotions[record.id] == .ended(EndedPromotion(ended)))
        #expect(state.finishedPromotions(of: record.freight, to: record.stage) == [EndedPromotion(ended)])
    }
}
