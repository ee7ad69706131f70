import HoistwayModel
import HoistwayPorts

/// A step that reads Applications of Argo CD, and may write to them.
///
/// It runs like every ``LookingStep``: see ``ClusterLook``.
protocol ClusterStep: Sendable {
    static var schema: StepSchema { get }
    /// Takes a configuration that its schema accepts.
    init(_ template: StepTemplate)
    func run(_ pass: ClusterPass) async throws(StepFailure) -> LookingPass
    /// What the step would do, for people; it reads, and writes nothing.
    func preview(_ pass: ClusterPass) async throws(StepFailure) -> String
    /// What the step has changed on the Applications before the program ended during a write; it reads, and writes
    /// nothing.
    func traces(_ pass: ClusterPass) async throws(StepFailure) -> String
}

/// One pass of a step over its Applications.
struct ClusterPass: Sendable {
    let context: StepContext
    let access: ArgoCDAccess
    let cluster: any ArgoCDCluster
    /// Whether the intent to write is stored.
    let mayWrite: Bool

    init(_ context: StepContext, _ access: ArgoCDAccess, mayWrite: Bool) throws(StepFailure) {
        guard let cluster = access.cluster else {
            throw .cannotAct("this run has no access to the cluster \(access.name)", hint: nil)
        }
        self.context = context
        self.access = access
        self.cluster = cluster
        self.mayWrite = mayWrite
    }

    func address(_ key: ApplicationKey) -> ApplicationAddress { ApplicationAddress(cluster: access.name, key: key) }

    /// The pause before the next look, if no change comes: 10 s, 15 s, 22 s … 1 min.
    var pause: Duration {
        var pause = 10.0
        for _ in 1..<max(context.look, 1) where pause < 60 { pause *= 1.5 }
        return .milliseconds(Int64(min(pause, 60) * 1000))
    }

    /// The step is not done: the outcome names what it waits for, for each Application.
    ///
    /// - Parameter until: when the step has to act, if no change comes earlier; `nil`: at no fixed time.
    func waiting(
        _ waits: [(key: ApplicationKey, why: String)],
        of all: Int,
        memory: ConfigValue? = nil,
        until: Timestamp? = nil
    ) -> StepOutcome {
        let shown = waits.prefix(3).map { "\($0.key): \($0.why)" }.joined(separator: "; ")
        let more = waits.count > 3 ? "; and \(waits.count - 3) more" : ""
        let subject =
            all == 1 ? "waits for the Application" : "waits for \(waits.count) of \(all) Applications:"
        let left = until.flatMap { until in context.clock.map { until - $0.now() } }
        var outcome = StepOutcome(.waiting("\(subject) \(shown)\(more)", after: min(pause, left ?? pause)))
        outcome.waitsFor = waits.map { address($0.key) }
        outcome.memory = memory
        return outcome
    }
}

/// The Applications that one entry of `apps` means.
struct ApplicationChoice: Sendable {
    private enum Means: Sendable {
        case name(String)
        case labels(LabelSelector)
    }

    let config: StepConfiguration
    private let means: Means
    private let namespace: String?

    init(_ config: StepConfiguration) {
        self.config = config
        namespace = config.text("namespace")
        if let name = config.text("name") {
            means = .name(name)
        } else {
            means = .labels(LabelSelector(config.mapping("selector")))
        }
    }

    /// Never gives an empty list.
    func find(_ pass: ClusterPass) async throws(StepFailure) -> [Application] {
        let namespace = namespace ?? pass.access.options.namespace
        switch means {
        case .name(let name):
            let key = ApplicationKey(namespace: namespace, name: name)
            let found = try await inCluster { () throws(ArgoCDFailure) in try await pass.cluster.application(key) }
            guard let found else {
                throw .unmet("there is no Application \(key) in the cluster \(pass.access.name)", hint: nil)
            }
            return [found]
        case .labels(let selector):
            guard !selector.isEmpty else { throw .broken("a selector has one criterion at least", hint: nil) }
            let found = try await inCluster { () throws(ArgoCDFailure) in
                try await pass.cluster.applications(in: namespace, selector)
            }
            guard !found.isEmpty else {
                throw .unmet(
                    "no Application in the namespace \(namespace) of the cluster \(pass.access.name) has the labels "
                        + ShownText.quoted(selector.description),
                    hint: nil
                )
            }
            return found
        }
    }

    /// Whether Applications that must not be changed are skipped, as long as others are left.
    var isSelector: Bool { if case .labels = means { true } else { false } }

    /// For people.
    var text: String {
        let place = namespace.map { "\($0)/" } ?? ""
        return switch means {
        case .name(let name): "the Application \(place)\(name)"
        case .labels(let selector): "the Applications with the labels \(ShownText.quoted(selector.description))"
        }
    }
}

extension LabelSelector {
    init(_ config: StepConfiguration?) {
        let pairs = (config?.values("matchLabels") ?? [:]).compactMapValues(\.string)
        let expressions = (config?.items("matchExpressions") ?? []).compactMap { item -> LabelExpression? in
            guard let operation = LabelExpression.Operator(rawValue: item.requiredText("operator")) else { return nil }
            return LabelExpression(key: item.requiredText("key"), operation: operation, values: item.texts("values"))
        }
        self.init(matchLabels: pairs, matchExpressions: expressions)
    }
}
