/// A kind of object in the server.
package struct KubernetesResource: Hashable, Sendable {
    /// Empty for the core group.
    package var group: String
    package var version: String
    package var plural: String
    package var kind: String
    package var shortNames: [String] = []
    package var isNamespaced = true
    /// Whether `/status` is a subresource, so that writes to the main address do not change the status.
    ///
    /// Argo CD's own kinds have no such subresource.
    package var hasStatus = false
    /// Whether it comes from a CustomResourceDefinition; such objects do not support strategic merge patches.
    package var isCustom = true

    package init(group: String, version: String, plural: String, kind: String) {
        self.group = group
        self.version = version
        self.plural = plural
        self.kind = kind
    }

    private init(
        _ group: String,
        _ version: String,
        _ plural: String,
        _ kind: String,
        _ shortNames: [String],
        isNamespaced: Bool = true,
        hasStatus: Bool = false,
        isCustom: Bool = true
    ) {
        self.init(group: group, version: version, plural: plural, kind: kind)
        self.shortNames = shortNames
        self.isNamespaced = isNamespaced
        self.hasStatus = hasStatus
        self.isCustom = isCustom
    }

    package static let applications = KubernetesResource(
        "argoproj.io",
        "v1alpha1",
        "applications",
        "Application",
        ["app", "apps"]
    )
    package static let appProjects = KubernetesResource(
        "argoproj.io",
        "v1alpha1",
        "appprojects",
        "AppProject",
        ["appproj", "appprojs"]
    )
    package static let applicationSets = KubernetesResource(
        "argoproj.io",
        "v1alpha1",
        "applicationsets",
        "ApplicationSet",
        ["appset", "appsets"],
        hasStatus: true
    )
    package static let imageUpdaters = KubernetesResource(
        "argocd-image-updater.argoproj.io",
        "v1alpha1",
        "imageupdaters",
        "ImageUpdater",
        [],
        hasStatus: true
    )
    package static let namespaces = KubernetesResource(
        "",
        "v1",
        "namespaces",
        "Namespace",
        ["ns"],
        isNamespaced: false,
        hasStatus: true,
        isCustom: false
    )
    package static let events = KubernetesResource("", "v1", "events", "Event", ["ev"], isCustom: false)
    package static let configMaps = KubernetesResource("", "v1", "configmaps", "ConfigMap", ["cm"], isCustom: false)
    package static let deployments = KubernetesResource(
        "apps",
        "v1",
        "deployments",
        "Deployment",
        ["deploy"],
        hasStatus: true,
        isCustom: false
    )
    /// Only for POST; nothing is stored.
    static let accessReviews = KubernetesResource(
        "authorization.k8s.io",
        "v1",
        "selfsubjectaccessreviews",
        "SelfSubjectAccessReview",
        [],
        isNamespaced: false,
        isCustom: false
    )

    /// The kinds of a cluster with Argo CD and Image Updater that are needed here.
    package static let all: [KubernetesResource] = [
        namespaces, events, configMaps, deployments, applications, appProjects, applicationSets, imageUpdaters,
    ]

    /// `argoproj.io/v1alpha1`, or `v1`.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    /// `applications.argoproj.io`, or `events`.
    package var fullName: String { group.isEmpty ? plural : "\(plural).\(group)" }
    /// `/apis/argoproj.io/v1alpha1`, or `/api/v1`.
    package var root: String { group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)" }

    /// The address of a collection, or of an object in it.
    package func path(namespace: String? = nil, name: String? = nil) -> String {
        let place = namespace.map { "/namespaces/\($0)" } ?? ""
        return "\(root)\(isNamespaced ? place : "")/\(plural)\(name.map { "/\($0)" } ?? "")"
    }
}
