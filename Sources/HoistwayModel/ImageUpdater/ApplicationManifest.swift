/// An Application from a manifest or `kubectl get`, as far as Image Updater's settings need it.
package struct ApplicationManifest: Sendable, Equatable {
    package var application: Application
    /// `status.sourceType`: `Kustomize`, `Helm`, `Directory` or `Plugin`; `nil`: Argo CD has not set it.
    package var sourceType: String?

    package init(_ application: Application, sourceType: String? = nil) {
        self.application = application
        self.sourceType = sourceType
    }

    package init(_ manifest: ConfigValue) throws(TakeoverRefusal) {
        let metadata = manifest["metadata"] ?? .null
        guard let name = metadata["name"]?.string, !name.isEmpty else {
            throw TakeoverRefusal("an Application", "it has no metadata.name")
        }
        let spec = manifest["spec"] ?? .null
        let several = spec["sources"]?.list ?? []
        let sources = several.isEmpty ? [spec["source"]].compactMap(\.self) : several
        let project = spec["project"]?.string ?? ""
        application = Application(
            key: ApplicationKey(namespace: metadata["namespace"]?.string ?? "argocd", name: name),
            labels: (metadata["labels"]?.map ?? [:]).compactMapValues(\.string),
            annotations: (metadata["annotations"]?.map ?? [:]).compactMapValues(\.string),
            project: project.isEmpty ? "default" : project,
            sources: sources.map(ApplicationSource.init(manifest:)),
            isMultiSource: !several.isEmpty,
            hasHydrator: spec["sourceHydrator"]?.map != nil,
            status: Application.Status(manifest: manifest["status"] ?? .null)
        )
        let types = manifest["status"]?["sourceTypes"]?.list?.compactMap(\.string) ?? []
        sourceType = manifest["status"]?["sourceType"]?.string ?? types.first { $0 == "Helm" || $0 == "Kustomize" }
    }

    var object: String { "Application \(application.key)" }
}

extension Application.Status {
    /// The parts that ``ImageUpdaterAdmission`` needs.
    fileprivate init(manifest: ConfigValue) {
        let compared = manifest["sync"]?["comparedTo"] ?? .null
        let several = compared["sources"]?.list ?? []
        let sources = several.isEmpty ? [compared["source"]].compactMap(\.self) : several
        self.init(
            comparedURLs: sources.map { $0["repoURL"]?.string ?? "" },
            reconciledAt: manifest["reconciledAt"]?.string.flatMap { Timestamp(tolerant: $0) },
            conditions: (manifest["conditions"]?.list ?? []).map { condition in
                Application.Condition(
                    type: condition["type"]?.string ?? "",
                    message: condition["message"]?.string ?? ""
                )
            }
        )
    }
}

extension ApplicationSource {
    fileprivate init(manifest: ConfigValue) {
        self.init(
            repoURL: manifest["repoURL"]?.string ?? "",
            path: manifest["path"]?.string ?? "",
            targetRevision: manifest["targetRevision"]?.string ?? "",
            chart: manifest["chart"]?.string ?? "",
            ref: manifest["ref"]?.string ?? "",
            kustomizeImages: manifest["kustomize"]?["images"]?.list?.compactMap(\.string),
            hasKustomize: manifest["kustomize"]?.map?.isEmpty == false,
            hasHelm: manifest["helm"]?.map?.isEmpty == false
        )
    }
}
