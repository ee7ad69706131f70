/// Makes Applications in the form of Argo CD 3.x.
package struct ApplicationFixture: Sendable {
    package struct Source: Sendable {
        package var repoURL: String
        package var targetRevision: String
        package var path: String?
        package var chart: String?
        package var ref: String?
        package var kustomizeImages: [String]?
        /// Name and value.
        package var helmParameters: [(String, String)]?
        package var helmValueFiles: [String] = []

        package init(
            _ repoURL: String,
            at targetRevision: String = "main",
            path: String? = nil,
            chart: String? = nil,
            ref: String? = nil
        ) {
            self.repoURL = repoURL
            self.targetRevision = targetRevision
            self.path = path
            self.chart = chart
            self.ref = ref
        }

        package var value: ClusterValue {
            var value: ClusterValue = ["repoURL": .string(repoURL), "targetRevision": .string(targetRevision)]
            for (key, text) in [("path", path), ("chart", chart), ("ref", ref)] {
                if let text { value[key] = .string(text) }
            }
            if let kustomizeImages {
                value["kustomize", "images"] = .list(kustomizeImages.map { .string($0) })
            }
            if let helmParameters {
                value["helm", "parameters"] = .list(
                    helmParameters.map { ["name": .string($0.0), "value": .string($0.1)] }
                )
            }
            if !helmValueFiles.isEmpty {
                value["helm", "valueFiles"] = .list(helmValueFiles.map { .string($0) })
            }
            return value
        }
    }

    package var name: String
    package var namespace = "argocd"
    package var project = "default"
    package var sources: [Source]
    /// Whether `spec.sources` is used, even for one source.
    package var isMultiSource: Bool
    package var labels: [String: String] = [:]
    package var annotations: [String: String] = [:]
    package var isAutomated = false
    package var syncOptions: [String] = []
    package var retry: ClusterValue?
    package var finalizers: [String] = []
    /// For each source, a revision: the status of a healthy Application that was synchronised with them; `nil`: no
    /// status.
    package var deployed: [String]?
    /// The size of fields that real Applications have and nobody here reads: managed fields and resources, in bytes.
    package var bulk = 0

    package init(_ name: String, _ sources: Source..., isMultiSource: Bool? = nil) {
        self.name = name
        self.sources = sources
        self.isMultiSource = isMultiSource ?? (sources.count > 1)
    }

    /// With the annotation that allows a stage, as `<project>:<stage>`, to update it.
    package func authorizing(_ stage: String) -> ApplicationFixture {
        var other = self
        other.annotations["kargo.akuity.io/authorized-stage"] = stage
        return other
    }

    package var value: ClusterValue {
        var value: ClusterValue = [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "spec": [
                "project": .string(project),
                "destination": ["server": "https://kubernetes.default.svc", "namespace": .string(name)],
            ],
        ]
        if !labels.isEmpty { value["metadata", "labels"] = .map(labels.mapValues { .string($0) }) }
        if !annotations.isEmpty { value["metadata", "annotations"] = .map(annotations.mapValues { .string($0) }) }
        if !finalizers.isEmpty { value["metadata", "finalizers"] = .list(finalizers.map { .string($0) }) }
        if isMultiSource {
            value["spec", "sources"] = .list(sources.map(\.value))
        } else {
            value["spec", "source"] = sources.first?.value ?? .map([:])
        }
        if isAutomated { value["spec", "syncPolicy", "automated"] = ["prune": true, "selfHeal": true] }
        if !syncOptions.isEmpty {
            value["spec", "syncPolicy", "syncOptions"] = .list(syncOptions.map { .string($0) })
        }
        if let retry { value["spec", "syncPolicy", "retry"] = retry }
        if let deployed { addStatus(deployed, to: &value) }
        if bulk > 0 { addBulk(to: &value) }
        return value
    }

    private func addStatus(_ revisions: [String], to value: inout ClusterValue) {
        let time: ClusterValue = "2026-11-01T10:00:00Z"
        var spec = value["spec"]?.map ?? [:]
        spec = spec.filter { ["source", "sources", "destination"].contains($0.key) }
        let list = ClusterValue.list(revisions.map { .string($0) })
        let what: (String, ClusterValue) =
            isMultiSource ? ("revisions", list) : ("revision", .string(revisions.first ?? ""))
        var result = ClusterValue.map(spec)
        result["destination"] = nil
        result[what.0] = what.1
        value["status", "sync"] = ["status": "Synced", "comparedTo": .map(spec)]
        value["status", "sync", what.0] = what.1
        value["status", "health"] = ["status": "Healthy", "lastTransitionTime": time]
        value["status", "reconciledAt"] = time
        value["status", "sourceType"] = "Kustomize"
        value["status", "operationState"] = [
            "operation": Self.operation(by: "admin"), "phase": "Succeeded", "startedAt": time, "finishedAt": time,
            "message": "successfully synced (all tasks run)", "syncResult": result,
        ]
        result["id"] = 0
        result["deployStartedAt"] = time
        result["deployedAt"] = time
        value["status", "history"] = [result]
    }

    /// Half of it as `metadata.managedFields`, half as `status.resources`.
    private func addBulk(to value: inout ClusterValue) {
        var fields: ClusterValue = [:]
        var resources: [ClusterValue] = []
        for index in 0..<max(1, bulk / 2 / 48) { fields["f:field-\(index)"] = ["f:name": [:], "f:value": [:]] }
        for index in 0..<max(1, bulk / 2 / 150) {
            resources.append([
                "group": "apps", "version": "v1", "kind": "Deployment", "namespace": .string(name),
                "name": .string("\(name)-part-\(index)"), "status": "Synced", "health": ["status": "Healthy"],
                "syncWave": 1,
            ])
        }
        value["metadata", "managedFields"] = [
            [
                "apiVersion": "argoproj.io/v1alpha1", "fieldsType": "FieldsV1", "manager": "argocd-controller",
                "operation": "Update", "time": "2026-11-01T10:00:00Z", "fieldsV1": ["f:status": fields],
            ]
        ]
        value["status", "resources"] = .list(resources)
    }
}

extension ApplicationFixture {
    /// An operation of another client: Argo CD's own page, or a promoter.
    package static func operation(by user: String, automated: Bool = false, info: [(String, String)] = [])
        -> ClusterValue
    {
        var value: ClusterValue = [
            "initiatedBy": automated ? ["automated": true] : ["username": .string(user)],
            "sync": ["syncStrategy": ["hook": [:]]],
        ]
        if !info.isEmpty {
            value["info"] = .list(info.map { ["name": .string($0.0), "value": .string($0.1)] })
        }
        return value
    }
}
