import HoistwayModel

/// One object from a manifest file: the parts that every object has.
struct Manifest {
    var apiVersion: String
    var kind: String
    var name: String
    /// Empty where the manifest names none.
    var namespace: String
    var labels: [String: String]
    var annotations: [String: String]
    var fields: Fields
    /// Of the keys, or the place where they are missing.
    var namePlace: SourcePlace
    var namespacePlace: SourcePlace
    /// Not in a project, or the second of its name: it is checked for problems, and has no effect.
    var isLeftOut = false
    /// It is in a repository of manifests.
    var isFromGit = false

    var place: SourcePlace { SourcePlace(file: fields.place.file, line: fields.place.line, path: "\(kind) \(name)") }
}

/// How a kind of object is treated.
enum ManifestKind {
    case read(ManifestGroup)
    /// Known, without effect here; the text gives the reason.
    case notExecuted(String)
    /// One of Kargo's kinds in a version that is not known.
    case unknownVersion
    case unknown

    static let kargoVersion = "kargo.akuity.io/v1alpha1"

    init(apiVersion: String, kind: String) {
        switch (apiVersion, kind) {
        case (Self.kargoVersion, "Project"): self = .read(.project)
        case (Self.kargoVersion, "ProjectConfig"): self = .read(.projectConfig)
        case (Self.kargoVersion, "ClusterConfig"): self = .read(.clusterConfig)
        case (Self.kargoVersion, "Warehouse"): self = .read(.warehouse)
        case (Self.kargoVersion, "Stage"): self = .read(.stage)
        case (Self.kargoVersion, "PromotionTask"): self = .read(.promotionTask)
        case (Self.kargoVersion, "ClusterPromotionTask"): self = .read(.clusterPromotionTask)
        case ("v1", "Secret"): self = .read(.secret)
        case ("v1", "ConfigMap"): self = .read(.configMap)
        case (Self.kargoVersion, _) where Self.kargoNotExecuted[kind] != nil:
            self = .notExecuted(Self.kargoNotExecuted[kind] ?? "")
        case (Self.kargoVersion, _): self = .unknown
        case _ where apiVersion.hasPrefix("kargo.akuity.io"): self = .unknownVersion
        case ("v1", _) where Self.coreNotExecuted.contains(kind): self = .notExecuted("needs a cluster")
        case _ where Self.groupsNotExecuted.contains(String(apiVersion.prefix { $0 != "/" })):
            self = .notExecuted("needs a cluster")
        default: self = .unknown
        }
    }

    /// Kinds for the hint "did you mean".
    static let names =
        [
            "Project", "ProjectConfig", "ClusterConfig", "Warehouse", "Stage", "PromotionTask", "ClusterPromotionTask",
            "Secret",
            "ConfigMap",
        ] + kargoNotExecuted.keys.sorted()

    /// The kind or version that was probably meant, where it differs by one or two letters.
    ///
    /// Without this, such an object would be ignored, and nobody would notice.
    static func missed(apiVersion: String, kind: String) -> String? {
        let group = String(apiVersion.prefix { $0 != "/" })
        switch group {
        case "kargo.akuity.io":
            guard !KargoVocabulary.kinds.contains(kind) else { return nil }
            return Spelling.nearMiss(of: kind, among: KargoVocabulary.kinds.sorted())
        case "v1":
            guard !CoreVocabulary.kinds.contains(kind) else { return nil }
            return Spelling.nearMiss(of: kind, among: ["List", "Secret"])
        default:
            guard !groupsNotExecuted.contains(group) else { return nil }
            let names = ["kargo.akuity.io"] + (kind == "Secret" || kind == "List" ? ["v1"] : [])
            guard let near = Spelling.nearMiss(of: group, among: names) else { return nil }
            return near == "v1" ? near : kargoVersion
        }
    }

    private static let kargoNotExecuted = [
        "Freight": "freight is made by warehouses, and kept in the state",
        "Promotion": "promotions are asked for with `hoistway promote`, and kept in the state",
        "PromotionRequest": "it is not supported yet",
        "PromotionWindow": "windows are not supported yet",
        "Target": "targets are not supported yet",
    ]
    private static let coreNotExecuted = ["Namespace", "ServiceAccount", "Service", "Pod"]
    private static let groupsNotExecuted: Set<String> = [
        "argoproj.io", "rbac.authorization.k8s.io", "apps", "batch", "networking.k8s.io", "ee.kargo.akuity.io",
        "external-secrets.io", "bitnami.com", "kustomize.config.k8s.io", "cert-manager.io",
    ]
}
