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
    package static let imageUpdaters = KubernetesResource(
        group: "argocd-image-updater.argoproj.io",
        version: "v1alpha1",
        plural: "imageupdaters"
    )
    package static let deployments = KubernetesResource(group: "apps", version: "v1", plural: "deployments")
}

/// Another name, since the model has an `ObjectKey` of its own, for manifests.
typealias ClusterObjectKey = HoistwayKubernetes.ObjectKey
