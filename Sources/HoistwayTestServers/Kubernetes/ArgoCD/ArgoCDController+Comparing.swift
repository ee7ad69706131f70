import Foundation

/// Compares the manifests of a source with the running state.
extension ArgoCDController {
    /// Handles the annotation `refresh`.
    func refresh(_ key: KubernetesObjects.Key) async {
        switch nextAct(.refresh, of: key) {
        case .hold: memory[key, default: Memory()].held.insert(.refresh)
        case .keepOldRevision: await compare(key, keepsRevision: true)
        case .delete: server.remove(.applications, key.name, in: key.namespace)
        case .otherOperation(let user):
            await compare(key)
            server.edit(.applications, key.name, in: key.namespace) { application in
                application["operation"] = ApplicationFixture.operation(by: user)
            }
        default: await compare(key)
        }
    }

    /// Writes the result of a comparison, and removes the annotation, in one write as Argo CD does.
    func compare(_ key: KubernetesObjects.Key, keepsRevision: Bool = false) async {
        guard let application = server.object(.applications, key.name, in: key.namespace) else { return }
        let found = keepsRevision ? nil : await resolve(Self.sources(of: application))
        let time = now
        let health = memory[key]?.health
        var isOutOfSync = false
        let wanted = Self.text(application["metadata", "annotations", Self.refreshAnnotation])
        let deployed = await deployedManifests(application)
        let present = await manifests(of: Self.sources(of: application), at: found?.revisions ?? [])
        server.edit(.applications, key.name, in: key.namespace) { application in
            // A request that came meanwhile stays.
            if Self.text(application["metadata", "annotations", Self.refreshAnnotation]) == wanted {
                application["metadata", "annotations", Self.refreshAnnotation] = nil
            }
            application["status", "reconciledAt"] = .string(time)
            application["status", "sourceType"] = application["status", "sourceType"] ?? "Kustomize"
            if let found {
                application["status", "conditions"] = found.problem.map { problem in
                    [["type": "ComparisonError", "message": .string(problem), "lastTransitionTime": .string(time)]]
                }
                application["status", "sync", "comparedTo"] = Self.comparedTo(application)
                isOutOfSync = found.problem == nil && deployed != present
                application["status", "sync", "status"] =
                    found.problem != nil ? "Unknown" : isOutOfSync ? "OutOfSync" : "Synced"
                Self.put(found.revisions, in: &application, at: "sync")
            }
            let status = health?.status ?? (deployed == nil ? "Missing" : "Healthy")
            if application["status", "health", "status"]?.string != status {
                application["status", "health", "lastTransitionTime"] = .string(time)
            }
            application["status", "health", "status"] = .string(status)
            application["status", "health", "message"] = health.flatMap {
                $0.message.isEmpty ? nil : .string($0.message)
            }
        }
        if isOutOfSync, let found { syncByItself(key, found.revisions) }
    }

    /// Starts an operation where the Application's policy requires it: once for the same revisions.
    private func syncByItself(_ key: KubernetesObjects.Key, _ revisions: [String]) {
        guard memory[key]?.tried != revisions else { return }
        server.edit(.applications, key.name, in: key.namespace) { application in
            let automated = application["spec", "syncPolicy", "automated"]
            guard let automated, automated["enabled"] != false, application["operation"] == nil,
                !Self.isRunning(application)
            else { return }
            var operation = ApplicationFixture.operation(by: "", automated: true)
            operation["sync"] = .map([:])
            operation["sync", "prune"] = automated["prune"]
            if Self.isMultiSource(application) {
                operation["sync", "revisions"] = .list(revisions.map { .string($0) })
            } else {
                operation["sync", "revision"] = .string(revisions.first ?? "")
            }
            operation["retry"] = ["limit": 5]
            application["operation"] = operation
        }
        memory[key, default: Memory()].tried = revisions
    }

    struct Resolved {
        /// One for each source, in order; empty for an unresolved one.
        var revisions: [String]
        var problem: String?
    }

    func resolve(_ sources: [ClusterValue]) async -> Resolved {
        var resolved = Resolved(revisions: [])
        for source in sources {
            do {
                let revision = try await revisions.revision(
                    repoURL: source["repoURL"]?.string ?? "",
                    targetRevision: source["targetRevision"]?.string ?? "",
                    chart: source["chart"]?.string
                )
                resolved.revisions.append(revision)
            } catch {
                resolved.revisions.append("")
                resolved.problem = "\(error)"
            }
        }
        return resolved
    }

    /// The manifests of the last sync; `nil` where there was none.
    private func deployedManifests(_ application: ClusterValue) async -> [String]? {
        guard let last = application["status", "history"]?.list?.last else { return nil }
        let sources = last["sources"]?.list ?? last["source"].map { [$0] } ?? []
        let revisions = last["revisions"]?.list?.compactMap(\.string) ?? last["revision"]?.string.map { [$0] } ?? []
        return await manifests(of: sources, at: revisions)
    }

    private func manifests(of sources: [ClusterValue], at revisions: [String]) async -> [String]? {
        guard sources.count == revisions.count else { return nil }
        var ids: [String] = []
        for (source, revision) in zip(sources, revisions) {
            let url = source["repoURL"]?.string ?? ""
            // An unknown revision has no manifests; the revision itself is used in the comparison.
            let id = try? await self.revisions.manifests(repoURL: url, revision: revision, path: source["path"]?.string)
            var rest = source
            rest["targetRevision"] = nil
            ids.append("\(id ?? revision) \(rest)")
        }
        return ids
    }
}

/// Reads and writes Applications in Argo CD's form.
extension ArgoCDController {
    var now: String { KubernetesObjects.text(of: server.core.clock()) }

    static func text(_ value: ClusterValue?) -> String? { value?.string }

    static func isMultiSource(_ application: ClusterValue) -> Bool {
        !(application["spec", "sources"]?.list ?? []).isEmpty
    }

    static func sources(of application: ClusterValue) -> [ClusterValue] {
        let several = application["spec", "sources"]?.list ?? []
        return several.isEmpty ? application["spec", "source"].map { [$0] } ?? [] : several
    }

    static func isRunning(_ application: ClusterValue) -> Bool {
        guard let phase = application["status", "operationState", "phase"]?.string else { return false }
        return phase == "Running" || phase == "Terminating"
    }

    /// Writes revisions to a field of the status, in the form of the sources.
    static func put(_ revisions: [String], in application: inout ClusterValue, at member: String) {
        if isMultiSource(application) {
            application["status", member, "revisions"] = .list(revisions.map { .string($0) })
            application["status", member, "revision"] = nil
        } else {
            application["status", member, "revision"] = .string(revisions.first ?? "")
            application["status", member, "revisions"] = nil
        }
    }

    static func comparedTo(_ application: ClusterValue) -> ClusterValue {
        var value: ClusterValue = [:]
        for field in ["source", "sources", "destination"] { value[field] = application["spec", field] }
        return value
    }
}
