import HoistwayModel
import HoistwayPorts

/// `argocd-wait`: waits until Applications are healthy, synchronised, without an operation, or as configured.
///
/// It needs no authorisation, and changes only the annotation that makes Argo CD refresh an Application.
struct ArgoCDWaitStep: ClusterStep {
    static let schema = ArgoCDSchemas.wait

    /// The pause before the same Application is refreshed again.
    private static let refreshPause: Duration = .seconds(60)

    private let config: StepConfiguration

    init(_ template: StepTemplate) {
        config = StepConfiguration(passed: template.config)
    }

    func run(_ pass: ClusterPass) async throws(StepFailure) -> LookingPass {
        let memory = WaitMemory(pass.context.memory)
        var next = WaitMemory(nil)
        var waits: [(key: ApplicationKey, why: String)] = []
        var all: [ApplicationKey] = []
        var failures: [String] = []
        for (application, conditions) in try await targets(pass) {
            let key = application.key
            all.append(key)
            next.healths[key.description] = application.status.health
            next.refreshed[key.description] = memory.refreshed[key.description]
            switch ApplicationReadiness.of(application, for: conditions, before: memory.healths[key.description]) {
            case .ready: break
            case .waiting(let why): waits.append((key, await SyncBlocker(pass).explained(why, application)))
            case .stale(let why): waits.append((key, why + (await refresh(key, pass, &next))))
            case .failed(let why): failures.append("the Application \(key): \(why)")
            }
        }
        // After a final failure of one Application, waiting for the others does not help.
        if !failures.isEmpty { throw .broken(Listing.text(failures), hint: nil) }
        guard waits.isEmpty else {
            var outcome = pass.waiting(waits, of: all.count, memory: next.value)
            outcome.output = Self.output(all, next)
            return .outcome(outcome)
        }
        let message = "ready: \(Listing.text(all.map(\.description)))"
        return .outcome(StepOutcome(.succeeded, output: Self.output(all, next), message: message))
    }

    /// Makes Argo CD compare the Application without its caches, at most once a minute; gives a text about it.
    private func refresh(_ key: ApplicationKey, _ pass: ClusterPass, _ memory: inout WaitMemory) async -> String {
        guard let now = pass.context.clock?.now() else { return "" }
        if let last = memory.refreshed[key.description], now - last < Self.refreshPause { return "; it was refreshed" }
        do throws(ArgoCDFailure) {
            try await pass.cluster.refresh(key, isHard: true, hydrates: false, at: now)
            memory.refreshed[key.description] = now
            return "; it was refreshed"
        } catch {
            return "; it could not be refreshed: \(error.message)"
        }
    }

    func traces(_ pass: ClusterPass) async throws(StepFailure) -> String {
        "it only waits, and at most requests a refresh of an Application"
    }

    func preview(_ pass: ClusterPass) async throws(StepFailure) -> String {
        let texts = try await targets(pass).map { application, conditions in
            "\(application.key) (\(Listing.text(conditions.map(\.rawValue).sorted(), limit: 5)))"
        }
        return "would wait for \(texts.count == 1 ? "the Application" : "the Applications") "
            + Listing.text(texts, limit: 10)
    }

    /// Each Application once, with the conditions of all entries that name it.
    private func targets(
        _ pass: ClusterPass
    ) async throws(StepFailure) -> [(application: Application, conditions: Set<ApplicationCondition>)] {
        var targets: [(application: Application, conditions: Set<ApplicationCondition>)] = []
        for entry in config.items("apps") {
            let named = Set(entry.texts("waitFor").compactMap(ApplicationCondition.init))
            let conditions = named.isEmpty ? ApplicationCondition.usual : named
            for application in try await ApplicationChoice(entry).find(pass) {
                if let index = targets.firstIndex(where: { $0.application.key == application.key }) {
                    targets[index].conditions.formUnion(conditions)
                } else {
                    targets.append((application, conditions))
                }
            }
        }
        return targets
    }

    private static func output(_ keys: [ApplicationKey], _ memory: WaitMemory) -> [String: ConfigValue] {
        [
            "apps": .list(keys.map { .map(["name": .string($0.name), "namespace": .string($0.namespace)]) }),
            "healthStatus": .map(memory.healths.mapValues(ConfigValue.string)),
        ]
    }
}

/// The state that one look of `argocd-wait` stores for the next.
private struct WaitMemory {
    /// By `<namespace>/<name>`.
    var healths: [String: String] = [:]
    var refreshed: [String: Timestamp] = [:]

    init(_ value: ConfigValue?) {
        for (key, entry) in value?.map ?? [:] {
            healths[key] = entry["health"]?.string
            if case .number(let second)? = entry["refreshed"] { refreshed[key] = Timestamp(seconds: Int64(second)) }
        }
    }

    var value: ConfigValue {
        .map(
            Dictionary(
                uniqueKeysWithValues: healths.map { key, health in
                    var entry: [String: ConfigValue] = ["health": .string(health)]
                    entry["refreshed"] = refreshed[key].map { .number(Double($0.seconds)) }
                    return (key, .map(entry))
                }
            )
        )
    }
}
