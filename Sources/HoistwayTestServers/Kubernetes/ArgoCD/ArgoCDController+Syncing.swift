import Foundation

/// Operations: start, run, result.
extension ArgoCDController {
    /// Starts the requested operation, or resumes the running one.
    func operate(_ key: KubernetesObjects.Key) async {
        guard let application = server.object(.applications, key.name, in: key.namespace) else { return }
        if Self.isRunning(application) {
            // A running operation is resumed first, before any other request.
            return await finish(key)
        }
        guard application["operation"] != nil else { return }
        memory[key, default: Memory()].outcome = Outcome()
        var effects: [ArgoCDAct.Effect] = []
        while let effect = nextAct(.sync, of: key) {
            effects.append(effect)
            if case .hold = effect { continue }
            if case .block = effect { continue }
            break
        }
        for effect in effects { await prepare(key, effect) }
        take(key, message: blockMessage(effects))
        for effect in effects {
            switch effect {
            case .hold, .block: memory[key]?.held.insert(.sync)
            case .delete: return _ = server.remove(.applications, key.name, in: key.namespace)
            // Its memory is lost; the object shows how far it was.
            case .restart: memory[key] = Memory(acts: memory[key]?.acts ?? [], health: memory[key]?.health)
            default: break
            }
        }
        if !isHeld(.sync, key) { await finish(key) }
    }

    private func blockMessage(_ effects: [ArgoCDAct.Effect]) -> String {
        for case .block(let message) in effects { return message }
        return "waiting for completion of hook and/or healthy state of resources"
    }

    /// The effects of an act before the operation starts.
    private func prepare(_ key: KubernetesObjects.Key, _ effect: ArgoCDAct.Effect) async {
        switch effect {
        case .end(let phase, let message):
            memory[key]?.outcome.phase = phase
            memory[key]?.outcome.message = message
        case .succeedWithoutResult: memory[key]?.outcome.hasResult = false
        case .syncOther(let revisions): memory[key]?.outcome.revisions = revisions
        case .becomes(let health, let message, let next): memory[key]?.outcome.health = (health, message, next)
        case .otherOperation(let user):
            server.edit(.applications, key.name, in: key.namespace) { application in
                application["operation"] = ApplicationFixture.operation(by: user)
            }
        default: break
        }
    }

    /// Marks the operation as running; it stays in its field until its end.
    private func take(_ key: KubernetesObjects.Key, message: String) {
        let time = now
        server.edit(.applications, key.name, in: key.namespace) { application in
            guard let operation = application["operation"] else { return }
            application["status", "operationState"] = [
                "operation": operation, "phase": "Running", "startedAt": .string(time), "message": .string(message),
            ]
        }
    }

    /// Ends the running operation, and compares again: two writes, as in Argo CD.
    private func finish(_ key: KubernetesObjects.Key) async {
        guard let application = server.object(.applications, key.name, in: key.namespace),
            let operation = application["status", "operationState", "operation"]
        else { return }
        let outcome = memory[key]?.outcome ?? Outcome()
        memory[key, default: Memory()].outcome = Outcome()
        let sources =
            operation["sync", "sources"]?.list ?? operation["sync", "source"].map { [$0] }
            ?? Self.sources(of: application)
        var done = Outcome(phase: outcome.phase, message: outcome.message, hasResult: outcome.hasResult)
        if let revisions = outcome.revisions ?? Self.asked(operation) {
            done.revisions = revisions
        } else {
            let resolved = await resolve(sources)
            done.revisions = resolved.revisions
            if let problem = resolved.problem {
                done.phase = "Error"
                done.message = problem
                done.hasResult = false
            }
        }
        record(key, done, sources)
        if done.phase == "Succeeded" {
            let health = outcome.health ?? ("Healthy", "", nil)
            memory[key]?.health = (health.status, health.message)
            memory[key]?.next = health.next
        }
        await compare(key)
    }

    /// The revisions of an operation; `nil` where it uses those of the sources.
    private static func asked(_ operation: ClusterValue) -> [String]? {
        if let several = operation["sync", "revisions"]?.list, !several.isEmpty { return several.compactMap(\.string) }
        guard let one = operation["sync", "revision"]?.string, !one.isEmpty else { return nil }
        return [one]
    }

    private func record(_ key: KubernetesObjects.Key, _ outcome: Outcome, _ sources: [ClusterValue]) {
        let time = now
        server.edit(.applications, key.name, in: key.namespace) { application in
            let isMultiSource = Self.isMultiSource(application)
            let revisions = outcome.revisions ?? []
            var result: ClusterValue = ["resources": []]
            if isMultiSource {
                result["revisions"] = .list(revisions.map { .string($0) })
                result["sources"] = .list(sources)
            } else {
                result["revision"] = .string(revisions.first ?? "")
                result["source"] = sources.first
            }
            application["operation"] = nil
            application["status", "operationState", "phase"] = .string(outcome.phase)
            application["status", "operationState", "message"] = .string(outcome.message)
            application["status", "operationState", "finishedAt"] = .string(time)
            application["status", "operationState", "syncResult"] = outcome.hasResult ? result : nil
            guard outcome.phase == "Succeeded" else { return }
            var history = application["status", "history"]?.list ?? []
            var entry = result
            entry["resources"] = nil
            entry["id"] = .integer((history.last?["id"]?.integer ?? -1) + 1)
            entry["deployStartedAt"] = application["status", "operationState", "startedAt"]
            entry["deployedAt"] = .string(time)
            entry["initiatedBy"] = application["status", "operationState", "operation", "initiatedBy"]
            history.append(entry)
            application["status", "history"] = .list(history.suffix(10))
        }
    }
}
