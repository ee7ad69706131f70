import HoistwayModel
import Testing

/// What promotions say on commits: a table of the decision.
struct PromotionStatusTests {
    private static let app = "https://github.com/acme/app"
    private static let ops = "https://github.com/acme/ops.git"

    private static func id(_ digit: Int) throws -> ObjectID {
        try #require(ObjectID(String(repeating: "\(digit)", count: 40)))
    }

    private static func freight(_ commits: [CommitArtifact], alias: String = "wise-otter") -> Freight {
        Freight(
            id: FreightID("0123456789"),
            alias: alias,
            origin: WarehouseKey(project: "shop", name: "app"),
            artifacts: commits.map(Artifact.commit),
            discoveredAt: Timestamp(seconds: 1)
        )
    }

    private static func record(_ phase: PromotionPhase, mode: PromotionMode = .promote) -> PromotionRecord {
        var record = PromotionRecord(
            id: PromotionID("prod.1.0123456"),
            stage: StageKey(project: "shop", name: "prod"),
            freight: FreightID("0123456789"),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: mode,
            createdAt: Timestamp(seconds: 1)
        )
        record.phase = phase
        record.message = "push: the password is hunter2"
        return record
    }

    private static func push(_ digit: Int, pushed: Bool = true, to remote: String = ops) throws -> BranchOutcome {
        BranchOutcome(
            remote: remote,
            branch: "main",
            before: try id(8),
            commit: try id(digit),
            tree: try id(9),
            subject: "",
            pushed: pushed
        )
    }

    @Test(arguments: [
        (PromotionPhase.pending, CommitStatus.State.pending, "Freight wise-otter waits to be promoted to prod"),
        (.running, .pending, "Freight wise-otter is being promoted to prod"),
        (.succeeded, .success, "Freight wise-otter was promoted to prod"),
        (.failed, .failure, "The promotion of freight wise-otter to prod failed"),
        (.aborted, .failure, "The promotion of freight wise-otter to prod was aborted"),
        (.errored, .error, "The promotion of freight wise-otter to prod ended with an error"),
    ])
    func `each phase is a state and a sentence, without the message of a step`(
        phase: PromotionPhase,
        state: CommitStatus.State,
        sentence: String
    ) throws {
        let commit = CommitArtifact(repoURL: Self.app, id: try Self.id(1))
        let all = PromotionStatus.all(
            of: Self.record(phase),
            freight: Self.freight([commit]),
            link: "https://h.example.com/p"
        )
        let expected = CommitStatus(
            state: state,
            context: "hoistway/shop/prod",
            description: sentence,
            targetURL: "https://h.example.com/p"
        )
        #expect(all.map(\.status) == [expected])
    }

    @Test func `it stands on the freight's commits and on what was pushed, each once, in their repositories`() throws {
        var record = Self.record(.succeeded)
        record.branches = [
            try Self.push(2), try Self.push(3, pushed: false), try Self.push(4), try Self.push(4),
            try Self.push(1, to: "https://github.com/Acme/App.git"),
        ]
        let withUser = CommitArtifact(repoURL: "https://bot:hunter2@github.com/acme/app", id: try Self.id(1))
        let all = PromotionStatus.all(of: record, freight: Self.freight([withUser]), link: nil)
        let said = all.map { "\($0.repoURL) \($0.place.commit.hex.prefix(1))" }
        #expect(said == ["\(Self.app) 1", "\(Self.ops) 4", "\(Self.ops) 2"])
        #expect(all.allSatisfy { $0.status.targetURL == nil && $0.promotion == record.id })
    }

    @Test func `one that is observed says nothing, and one without commits neither`() throws {
        let freight = Self.freight([CommitArtifact(repoURL: Self.app, id: try Self.id(1))])
        #expect(PromotionStatus.all(of: Self.record(.succeeded, mode: .observe), freight: freight, link: nil).isEmpty)
        #expect(PromotionStatus.all(of: Self.record(.succeeded), freight: Self.freight([]), link: nil).isEmpty)
        #expect(PromotionStatus.all(of: Self.record(.succeeded), freight: nil, link: nil).isEmpty)
    }

    @Test func `it names the pull request that it waits for, and that newer freight took its place`() throws {
        let freight = Self.freight([CommitArtifact(repoURL: Self.app, id: try Self.id(1))])
        var record = Self.record(.running)
        var step = StepRecord(
            alias: "wait",
            uses: "git-wait-for-pr",
            status: .running,
            startedAt: Timestamp(seconds: 1)
        )
        step.pullRequest = PullRequestWait(repository: Self.ops, provider: nil, number: 7)
        record.stepRecords = [step]
        let waiting = PromotionStatus.all(of: record, freight: freight, link: nil).first?.status
        #expect(waiting?.description == "Freight wise-otter is being promoted to prod: pull request #7 is open")
        #expect(waiting?.state == .pending)
        var given = Self.record(.aborted)
        given.gaveWayTo = PromotionID("prod.2.0123456")
        let gone = PromotionStatus.all(of: given, freight: freight, link: nil).first?.status
        #expect(gone?.description == "The promotion of freight wise-otter to prod gave way to newer freight")
    }

    @Test func `a description has 140 characters at most, and many pushes are bounded`() throws {
        var record = Self.record(.errored)
        record.stage = StageKey(project: "shop", name: String(repeating: "é", count: 200))
        let freight = Self.freight(
            [CommitArtifact(repoURL: Self.app, id: try Self.id(1))],
            alias: "a\u{1B}\(String(repeating: "x", count: 90))"
        )
        record.branches = try (0..<100).map { number in
            var push = try Self.push(2)
            push.commit = try #require(ObjectID(String(repeating: "0", count: 36) + "\(1000 + number)"))
            return push
        }
        let all = PromotionStatus.all(of: record, freight: freight, link: nil)
        #expect(all.count == PromotionStatus.maxCommits)
        #expect(all.allSatisfy { $0.status.description.unicodeScalars.count <= 140 })
        #expect(all.first?.status.description.contains("\u{1B}") == false)
    }

    @Test func `an aborted promotion says that its pull request is open still, and leads to it`() throws {
        var record = Self.record(.aborted)
        record.branches = [try Self.push(1)]
        var step = StepRecord(alias: "open", uses: "git-open-pr", status: .succeeded)
        let pull = PullRequest(
            number: 7,
            url: "https://github.com/acme/ops/pull/7",
            state: .open,
            sourceBranch: "a",
            targetBranch: "main",
            head: nil
        )
        step.pull = PromotedPull(pull, repository: Self.ops)
        record.stepRecords = [step]
        let status = try #require(PromotionStatus.all(of: record, freight: nil, link: "https://hoistway").first?.status)
        #expect(status.description.hasSuffix("to prod was aborted; pull request #7 is still open"))
        #expect(status.targetURL == pull.url)
        #expect(record.leftOpen?.hasPrefix("the pull request #7 (https://github.com/acme/ops/pull/7) is left") == true)
        record.stepRecords[0].pull?.url = ""
        let pageless = PromotionStatus.all(of: record, freight: nil, link: "https://hoistway").first?.status
        #expect(pageless?.targetURL == "https://hoistway" && pageless?.description == status.description)
        #expect(record.leftOpen?.hasPrefix("the pull request #7 is left open") == true)
        record.stepRecords[0].pull?.isMerged = true
        let merged = try #require(PromotionStatus.all(of: record, freight: nil, link: "https://hoistway").first?.status)
        #expect(merged.description.hasSuffix("was aborted") && merged.targetURL == "https://hoistway")
    }
}
