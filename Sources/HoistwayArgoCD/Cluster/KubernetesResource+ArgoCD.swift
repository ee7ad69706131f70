package import HoistwayKubernetes

extension KubernetesResource {
    package static let applications = KubernetesResource(
        group: "argoproj.io",
        version: "v1alpha1",
        plural: "applications"
    )
    package static let appProjects = KubernetesResource(
        group: "argoproj.io",
        version: "v1alpha1",
        plural: "appprojects"
    )
}

/// The model has an `ObjectKey` of its own, for manifests.
typealias ClusterObjectKey = HoistwayKubernetes.ObjectKey
