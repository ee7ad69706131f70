package import HoistwayModel
package import HoistwayPorts

/// The contract of every ``ArgoCDCluster`` and ``ApplicationWatch``.
package enum ArgoCDContract {
    /// One cluster named `main`, and other ways for a test to change its Applications.
    package struct Subject: Sendable {
        package var clusters: any ArgoCDClusters
        package var put: @Sendable (Application) async throws -> Void
        package var remove: @Sendable (ApplicationKey) async throws -> Void
        /// Waits until a condition is true; throws where it never is.
        package var eventually: @Sendable (String, @Sendable () async throws -> Bool) async throws -> Void

        package init(
            clusters: any ArgoCDClusters,
            put: @escaping @Sendable (Application) async throws -> Void,
            remove: @escaping @Sendable (ApplicationKey) async throws -> Void,
            eventually: @escaping @Sendable (String, @Sendable () async throws -> Bool) async throws -> Void
        ) {
            self.clusters = clusters
            self.put = put
            self.remove = remove
            self.eventually = eventually
        }

        fileprivate var cluster: any ArgoCDCluster {
            get throws {
                guard let cluster = clusters.cluster("main") else {
                    throw ContractViolation("there is no cluster main")
                }
                return cluster
            }
        }
    }

    private static let moment = Timestamp(seconds: 1_800_000_000)

    private static func application(_ name: String, _ namespace: String = "argocd", multi: Bool = false) -> Application
    {
        let first = ApplicationSource(
            repoURL: "https://git.example.com/acme/deploy",
            path: "apps/\(name)",
            targetRevision: "main",
            kustomizeImages: ["ghcr.io/acme/web:1.0.0"]
        )
        let second = ApplicationSource(repoURL: "https://charts.example.com", targetRevision: "1.0.0", chart: "web")
        return Application(
            key: ApplicationKey(namespace: namespace, name: name),
            labels: ["app": name, "tier": "web"],
            annotations: ["kargo.akuity.io/authorized-stage": "shop:test"],
            sources: multi ? [first, second] : [first],
            isMultiSource: multi,
            status: Application.Status(
                sync: "Synced",
                revisions: multi ? ["c1", "1.0.0"] : ["c1"],
                health: "Healthy",
                operation: Application.OperationState(
                    phase: "Succeeded",
                    startedAt: moment,
                    finishedAt: moment,
                    operation: ApplicationOperation(initiator: "ann", info: ["a": "b"]),
                    syncedRevisions: multi ? ["c1", "1.0.0"] : ["c1"]
                ),
                reconciledAt: moment
            )
        )
    }

    /// Checks the whole contract, in order.
    package static func run(_ subject: Subject) async throws {
        try await reads(subject)
        for isMulti in [false, true] { try await writes(subject, multi: isMulti) }
        try await refreshes(subject)
        try await watches(subject)
    }

    private static func reads(_ subject: Subject) async throws {
        let cluster = try subject.cluster
        for name in ["c", "a"] { try await subject.put(application(name)) }
        try await subject.put(application("b", "apps"))
        var read = try await cluster.application(ApplicationKey(namespace: "argocd", name: "a"))
        try require(read?.resourceVersion.isEmpty == false && read?.uid.isEmpty == false, "it has a version and a uid")
        read?.resourceVersion = ""
        read?.uid = ""
        try require(read, equals: application("a"), "it is read as it was written")
        let absent = try await cluster.application(ApplicationKey(namespace: "argocd", name: "none"))
        try require(absent == nil, "what is not there is nil")
        let all = try await cluster.applications(in: "argocd", LabelSelector())
        try require(all.map(\.key.name), equals: ["a", "c"], "one namespace, in the order of the names")
        let expressions = [
            LabelExpression(key: "app", operation: .isIn, values: ["a", "c"]),
            LabelExpression(key: "app", operation: .notIn, values: ["c"]),
            LabelExpression(key: "tier", operation: .exists, values: []),
            LabelExpression(key: "old", operation: .doesNotExist, values: []),
        ]
        let selector = LabelSelector(matchLabels: ["tier": "web"], matchExpressions: expressions)
        let some = try await cluster.applications(in: "argocd", selector)
        try require(some.map(\.key.name), equals: ["a"], "those that all conditions hold for")
        let project = try await cluster.appProject("none", in: "argocd")
        try require(project == nil, "an AppProject that is not there is nil")
    }

    private static func writes(_ subject: Subject, multi: Bool) async throws {
        let cluster = try subject.cluster
        let key = ApplicationKey(namespace: "argocd", name: multi ? "several" : "one")
        try await subject.put(application(key.name, multi: multi))
        guard let read = try await cluster.application(key) else { throw ContractViolation("\(key) is not there") }
        let parameter = ApplicationSource.HelmParameter(name: "tag", value: "2", forceString: true)
        var changes = [ApplicationUpdate.SourceChange(index: 0, targetRevision: "v2", kustomizeImages: ["web:2"])]
        if multi { changes.append(ApplicationUpdate.SourceChange(index: 1, helmParameters: [parameter])) }
        let update = ApplicationUpdate(
            sources: changes,
            operation: ApplicationUpdate.Operation(
                initiator: "ann",
                isAutomated: true,
                info: [.init("Reason", "why"), .init(ApplicationOperation.promotionInfo, "p1")]
            )
        )
        let written = try await cluster.start(update, of: read)
        for found in [written, try await cluster.application(key)] {
            try require(found?.sources.first?.targetRevision, equals: "v2", "the revision is written")
            try require(found?.sources.first?.kustomizeImages, equals: ["web:2"], "so are the images")
            try require(found?.sources.first?.path, equals: "apps/\(key.name)", "the rest of the source stays")
            if multi {
                try require(found?.sources.last?.helmParameters, equals: [parameter], "and those of another source")
                try require(found?.sources.last?.chart, equals: "web", "whose rest stays too")
            }
            let operation = found?.pendingOperation
            try require(operation?.initiator == "ann" && operation?.isAutomated == true, "the operation is requested")
            try require(operation?.info[ApplicationOperation.promotionInfo], equals: "p1", "with its marker")
            try require(found?.status.operation == nil, "the former operation does not stand in its way")
            try require(found?.status.health, equals: "Healthy", "the rest of the status stays")
            try require(found?.annotations["argocd.argoproj.io/refresh"], equals: "hard", "it is compared anew")
        }
        try await conflicts(cluster, update, of: read)
        try await subject.remove(key)
        do {
            _ = try await cluster.start(update, of: written)
            throw ContractViolation("an Application that is gone was written")
        } catch let failure as ArgoCDFailure {
            guard case .notFound = failure else { throw ContractViolation("gone: \(failure)") }
        }
    }

    private static func conflicts(
        _ cluster: any ArgoCDCluster,
        _ update: ApplicationUpdate,
        of stale: Application
    ) async throws {
        let before = try await cluster.application(stale.key)
        do {
            _ = try await cluster.start(update, of: stale)
            throw ContractViolation("a stale Application was written over")
        } catch let failure as ArgoCDFailure {
            guard case .conflict = failure else { throw ContractViolation("stale: \(failure)") }
        }
        let after = try await cluster.application(stale.key)
        try require(before == after, "and nothing has changed")
    }

    private static func refreshes(_ subject: Subject) async throws {
        let cluster = try subject.cluster
        let key = ApplicationKey(namespace: "argocd", name: "a")
        try await cluster.refresh(key, isHard: false, at: moment)
        let normal = try await cluster.application(key)
        try require(normal?.annotations["argocd.argoproj.io/refresh"], equals: "normal", "it is compared")
        try require(
            normal?.annotations["argocd.argoproj.io/refresh-timestamp"],
            equals: moment.rfc3339,
            "asked for at that moment"
        )
        try require(normal?.annotations["argocd.argoproj.io/hydrate"] == nil, "and nothing else")
        try await cluster.refresh(key, isHard: true, hydrates: true, at: moment)
        let hard = try await cluster.application(key)
        try require(hard?.annotations["argocd.argoproj.io/refresh"], equals: "hard", "without caches")
        try require(hard?.annotations["argocd.argoproj.io/hydrate"], equals: "normal", "and rendered again")
        do {
            try await cluster.refresh(ApplicationKey(namespace: "argocd", name: "none"), isHard: true, at: moment)
            throw ContractViolation("an Application that is not there was refreshed")
        } catch let failure as ArgoCDFailure {
            guard case .notFound = failure else { throw ContractViolation("not there: \(failure)") }
        }
    }

    private static func watches(_ subject: Subject) async throws {
        let watch = subject.clusters.applications
        try await subject.eventually("the list") { watch.standing(of: "main") == .current }
        try require(watch.standing(of: "none"), equals: .absent, "what is not configured is absent")
        let address = ApplicationAddress(cluster: "main", key: ApplicationKey(namespace: "argocd", name: "new"))
        var news = watch.changes().makeAsyncIterator()
        try await subject.put(application("new"))
        // Changes of other Applications may come before it.
        while let next = await news.next(), next != .changed(address) {}
        try await subject.eventually("the Application") { watch.application(address) != nil }
        try require(watch.application(address)?.sources, equals: application("new").sources, "it is known")
        let names = watch.applications(of: "main").filter { $0.key.namespace == "argocd" }.map(\.key.name)
        try require(names, equals: names.sorted(), "all are in order")
        try await subject.remove(address.key)
        try await subject.eventually("its end") { watch.application(address) == nil }
    }
}
