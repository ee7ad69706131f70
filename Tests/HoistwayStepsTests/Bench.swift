import HoistwayExpressions
import HoistwayModel
import HoistwayPatterns
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit

/// A stage, freight and a repository in memory for steps to work on.
struct Bench {
    static let url = "https://git.test/ops.git"
    static let digest = "sha256:" + String(repeating: "ab", count: 32)
    static let patterns = Patterns()
    static let place = SourcePlace(file: "stage.yaml", line: 1)

    var remote = InMemoryGitRemote(Bench.url)
    var freight = Bench.freight([image("reg.test/shop/checkout", "1.4.3")])
    var collection: [Freight]?
    var subscriptions: [Subscription] = [Bench.subscription("reg.test/shop/checkout")]
    var reason = ""
    var records: [StepRecord] = []
    var clock: FixedClock?
    var commitTemplate: CommitTemplate?
    var charts: (any ChartRepository)?

    static func image(_ name: String, _ tag: String, digest: String = Bench.digest) -> Artifact {
        .image(ImageArtifact(repoURL: name, tag: tag, digest: digest))
    }

    static func freight(_ artifacts: [Artifact], warehouse: String = "shop") -> Freight {
        Freight(
            id: FreightID("0123456789abcdef0123456789abcdef01234567"),
            alias: "brave-otter",
            origin: WarehouseKey(project: "demo", name: warehouse),
            artifacts: artifacts,
            discoveredAt: Timestamp(seconds: 1)
        )
    }

    static func subscription(_ url: String) -> Subscription {
        .image(ImageSubscription(repoURL: url, key: ImageKey(normalised: url), place: place))
    }

    static func steps(_ steps: [(String, ConfigValue)]) -> [StepTemplate] {
        steps.enumerated().map { index, step in
            StepTemplate(uses: step.0, alias: "step-\(index + 1)", config: step.1, place: place)
        }
    }

    static func commitKustomization(message: String? = nil, path: String = "./w/prod") -> [StepTemplate] {
        var commit: [String: ConfigValue] = ["path": "./w"]
        if let message { commit["message"] = .string(message) }
        return steps([
            ("git-clone", ["repoURL": .string(url), "checkout": [["branch": "main", "path": "./w"]]]),
            ("kustomize-set-image", ["path": .string(path)]),
            ("git-commit", .map(commit)),
            ("git-push", ["path": "./w"]),
        ])
    }

    func promotion(_ steps: [StepTemplate]) -> PromotionRecord {
        var record = PromotionRecord(
            id: PromotionID("prod.01hzy3x8p2q6v9w4t7r5s1n0mk.0123456"),
            stage: StageKey(project: "demo", name: "prod"),
            freight: freight.id,
            collection: ["shop": freight.id],
            actor: .automatic,
            reason: reason,
            steps: steps,
            mode: .promote,
            createdAt: Timestamp(seconds: 1)
        )
        record.stepRecords = records
        return record
    }

    func run(
        _ steps: [StepTemplate],
        workspace: any Workspace = InMemoryWorkspace(),
        results: [StepResult] = [],
        lookups: StepLookups = StepLookups()
    ) -> StepRun {
        let record = promotion(steps)
        var context = StepContext(
            stage: record.stage,
            promotion: record,
            freight: freight,
            collection: collection ?? [freight],
            subscriptions: subscriptions,
            remotes: InMemoryGitRemotes([remote]),
            workspace: workspace,
            clock: clock,
            commitTemplate: commitTemplate,
            expressionScope: Scope(matches: { Self.patterns.matches(regex: $0, $1) }),
            matcher: Self.patterns
        )
        context.lookups = lookups
        context.charts = charts
        return StepRun(steps: steps, context: context, results: results)
    }

    /// Drives a run to its end, pushing for real; gives the last event.
    func finish(_ run: inout StepRun) async throws -> StepRunEvent {
        while true {
            let event = await run.next()
            guard case .pushNeeded(let need) = event, need.graft == nil, let tip = need.outgoing.commits.last else {
                return event
            }
            let ref = need.kind.fullName(need.targetBranch)
            let update = RefUpdate(ref: ref, old: need.outgoing.old, new: need.tag ?? tip)
            switch try await remote.push([update], pack: remote.pack(for: [update])).first {
            case .pushed: run.pushed(.pushed(tip))
            case .refused(let words): run.pushed(.refused(words))
            case .moved, nil: return event
            }
        }
    }
}

struct FixedClock: WallClock {
    var moment: Timestamp

    func now() -> Timestamp { moment }
    func sleep(for duration: Duration) async throws {}
}

extension ConfigValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: ConfigValue...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, ConfigValue)...) {
        self = .map(Dictionary(elements) { _, last in last })
    }
}

extension StepRunEvent {
    var phase: PromotionPhase? {
        if case .finished(let phase, _) = self { phase } else { nil }
    }

    var message: String {
        switch self {
        case .finished(_, let message), .retryLater(let message, _), .waiting(let message, _): message
        case .apartNeeded, .willAct, .hasActed: "\(self)"
        case .pushNeeded(let need): "push \(need.targetBranch)"
        }
    }
}
