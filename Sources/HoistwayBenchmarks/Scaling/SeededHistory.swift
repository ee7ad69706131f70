import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayStore
import Logging
import Synchronization

/// The history of an instance, which the store itself writes into the database of a server that does not run.
struct SeededHistory {
    struct Size: Sendable {
        var freight: Int
        /// Promotions that have ended.
        var promotions: Int
        /// Deliveries with a decision.
        var deliveries: Int
    }

    /// Number of changes in one transaction.
    private static let batch = 2_000
    private static let stages = ["test", "uat", "prod"]

    private let store: SQLiteStore
    private let now = BenchClock().now()

    init(_ database: String) throws {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        store = try SQLiteStore.open(StoreSettings(path: database), logger: logger)
    }

    func close() { store.close() }

    /// The state, loaded as at a start.
    func load() async throws -> PipelineState { try await store.load() }

    /// Adds freight of this number of projects in turn, a minute apart, the last one a minute ago.
    func addFreight(_ count: Int, of pipelines: ScaledPipelines, projects: Int) async throws {
        try await inBatches(count) { number in
            let project = number % projects
            return .putFreight(
                FreightRecord(
                    freight: Freight(
                        id: Self.freight(number),
                        alias: "freight-\(number)",
                        origin: WarehouseKey(project: ScaledPipelines.project(project), name: "main"),
                        artifacts: [
                            .image(
                                ImageArtifact(
                                    repoURL: pipelines.image(of: project),
                                    tag: "0.0.\(number)",
                                    digest: "sha256:\(Self.digits(number, 64))"
                                )
                            )
                        ],
                        discoveredAt: now + .seconds(number - count) * 60
                    ),
                    cause: "seeded"
                )
            )
        }
    }

    /// Adds successful promotions, of all stages in turn.
    ///
    /// - Parameter freight: the amount of freight, a multiple of the number of projects.
    func addPromotions(_ count: Int, freight: Int, projects: Int) async throws {
        try await inBatches(count) { number in
            let project = number % projects
            let stage = Self.stages[number / projects % Self.stages.count]
            // It belongs to the same project, since both go through the projects in turn.
            let taken = Self.freight(number % freight)
            let at = now + .seconds(number - count)
            var record = PromotionRecord(
                id: PromotionID("\(stage).\(Self.digits(number, 26)).\(taken.text.prefix(7))"),
                stage: StageKey(project: ScaledPipelines.project(project), name: stage),
                freight: taken,
                collection: ["main": taken],
                actor: .automatic,
                reason: "seeded",
                steps: Self.steps(ScaledPipelines.project(project), stage),
                mode: .promote,
                createdAt: at
            )
            record.phase = .succeeded
            let commit = Self.commit(number)
            record.message = "pushed stage/\(stage) at \(commit.short)"
            record.branches = [
                BranchOutcome(
                    remote: "https://github.com/acme/\(ScaledPipelines.project(project)).git",
                    branch: "stage/\(stage)",
                    before: Self.commit(number - 1),
                    commit: commit,
                    tree: commit,
                    subject: "promote \(taken.text.prefix(7)) to \(stage)",
                    pushed: true,
                    step: "step-4"
                )
            ]
            record.startedAt = at
            record.finishedAt = at
            record.stepRecords = record.steps.map {
                StepRecord(alias: $0.alias, uses: $0.uses, status: .succeeded, startedAt: at, finishedAt: at)
            }
            return .putPromotion(record)
        }
    }

    /// Adds the history of the stages of these projects: ten pieces of freight each, the number that is kept.
    func addStages(projects: Int) async throws {
        try await inBatches(projects * Self.stages.count) { number in
            let project = number / Self.stages.count
            let key = StageKey(project: ScaledPipelines.project(project), name: Self.stages[number % Self.stages.count])
            let branch = BranchKey(remote: "https://github.com/acme/\(key.project).git", branch: "stage/\(key.name)")
            let history = (0..<StageRecord.maxHistory).map { age in
                let taken = Self.freight(project + age * projects)
                return StageRecord.Collection(
                    items: ["main": taken],
                    promotion: PromotionID("\(key.name).\(Self.digits(number * 10 + age, 26)).\(taken.text.prefix(7))"),
                    at: now + .seconds(-age) * 60,
                    commits: [StageRecord.Collection.Place(branch: branch, commit: Self.commit(number + age))]
                )
            }
            return .putStage(StageRecord(key: key, history: history, lastPromotion: history[0].promotion))
        }
    }

    private static func commit(_ number: Int) -> ObjectID { ObjectID(digits(max(0, number), 40)) ?? .zero }

    private static func steps(_ project: String, _ stage: String) -> [StepTemplate] {
        let place = SourcePlace(file: "pipelines/1.yaml", line: 1, column: 1)
        let url = ConfigValue.string("https://github.com/acme/\(project).git")
        return [
            StepTemplate(uses: "git-clone", alias: "step-1", config: .map(["repoURL": url]), place: place),
            StepTemplate(
                uses: "kustomize-set-image",
                alias: "step-2",
                config: .map(["path": .string("./r/\(stage)")]),
                place: place
            ),
            StepTemplate(uses: "git-commit", alias: "step-3", config: .map(["path": .string("./r")]), place: place),
            StepTemplate(uses: "git-push", alias: "step-4", config: .map(["path": .string("./r")]), place: place),
        ]
    }

    /// Adds deliveries of the last days that changed nothing.
    func addDeliveries(_ count: Int) async throws {
        for first in stride(from: 0, to: count, by: Self.batch) {
            let numbers = first..<min(first + Self.batch, count)
            let answers = CountedAnswers(numbers.count)
            for number in numbers {
                store.submit(delivery(number, of: count), ticket: UInt64(number), reply: answers)
            }
            let ids = try await answers.ids()
            try await store.commit(
                [],
                deliveries: ids.map { DeliveryOutcome(id: $0, state: .done, reason: "seeded") },
                audit: []
            )
        }
    }

    private func delivery(_ number: Int, of count: Int) -> IncomingDelivery {
        IncomingDelivery(
            receiver: "bench",
            senderID: "seeded-\(number)",
            bodySHA256: (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 8))) },
            headers: [HeaderLine("content-type", "application/json"), HeaderLine("x-github-event", "package")],
            body: Array(#"{"action":"published","number":\#(number)}"#.utf8),
            receivedAt: now + .milliseconds((number - count) * 100),
            verdict: "hmac-sha256#0",
            isEvidence: true
        )
    }

    private func inBatches(_ count: Int, _ change: (Int) -> Change) async throws {
        for first in stride(from: 0, to: count, by: Self.batch) {
            let changes = (first..<min(first + Self.batch, count)).map(change)
            try await store.commit(changes, deliveries: [], audit: [])
        }
    }

    private static func freight(_ number: Int) -> FreightID { FreightID(digits(number, 40)) }

    private static func digits(_ number: Int, _ length: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: length - digits.count) + digits
    }
}

/// Collects the answers to a batch of deliveries.
private final class CountedAnswers: InboxReply {
    private struct State {
        var ids: [DeliveryID] = []
        var left: Int
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(left: count)) }

    func answered(_ answers: [(ticket: UInt64, answer: InboxAnswer)]) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            for case .stored(let id) in answers.map(\.answer) { state.ids.append(id) }
            state.left -= answers.count
            guard state.left == 0 else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns when all have arrived; throws where one was not stored.
    func ids() async throws -> [DeliveryID] {
        await withCheckedContinuation { waiter in
            let isOver = state.withLock { state in
                if state.left > 0 { state.waiter = waiter }
                return state.left == 0
            }
            if isOver { waiter.resume() }
        }
        return state.withLock(\.ids)
    }
}
