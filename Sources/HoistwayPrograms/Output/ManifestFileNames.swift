import HoistwayModel
import HoistwayPorts

/// Names of files with one manifest each, as in Kargo.
enum ManifestFileNames {
    /// `[<namespace>-]<kind>-<name>.yaml`.
    static func kargo(_ document: ManifestDocument) -> String {
        joined([document.namespace, document.kind, document.name], "-")
    }

    /// `[<namespace>_]<group>_<version>_<kind>_<name>.yaml`; the namespace only where there are several.
    static func kustomize(_ document: ManifestDocument, severalNamespaces: Bool) -> String {
        let hasNamespace = severalNamespaces && !ClusterScope.holds(document)
        let parts = [hasNamespace ? document.namespace : "", document.group, document.version, document.kind]
        return joined(parts + [document.name], "_")
    }

    /// `[<group>-]<kind>[-<namespace>]-<name>.yaml`; `nil` for a manifest without kind or name.
    static func flat(_ document: ManifestDocument) -> String? {
        guard !document.kind.isEmpty, !document.name.isEmpty else { return nil }
        let group = document.group.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "_")
        return joined([group, document.kind, document.namespace, document.name], "-")
    }

    /// Namespaces of objects that have one; a missing one is `default`, as in kustomize.
    static func namespaces(of documents: [ManifestDocument]) -> Set<String> {
        Set(documents.filter { !ClusterScope.holds($0) }.map { $0.namespace.isEmpty ? "default" : $0.namespace })
    }

    private static func joined(_ parts: [String], _ separator: String) -> String {
        parts.filter { !$0.isEmpty }.joined(separator: separator).lowercased() + ".yaml"
    }

    /// The file in a folder.
    ///
    /// Names come from manifests, which are not trusted.
    static func path(_ name: String, in folder: GitPath) throws(RenderFailure) -> GitPath {
        let isPlain =
            !name.contains("/") && !name.contains("\\") && !name.contains("\0") && name != "." && name != ".."
            && name.utf8.count <= 255
        guard isPlain, name.lowercased() != ".git" else {
            throw .output(
                reason: "a manifest would be written to the file \(GitPath(name).shortened), which is not a plain name"
            )
        }
        return folder.appending(GitPath(name))
    }
}

/// Kinds of Kubernetes whose objects have no namespace.
///
/// Like kustomize, it takes every other kind for one with.
enum ClusterScope {
    static func holds(_ document: ManifestDocument) -> Bool {
        kinds[document.group]?.contains(document.kind) ?? false
    }

    /// <https://github.com/kubernetes-sigs/kustomize/blob/master/kyaml/openapi/openapi.go>, precomputedIsNamespaceScoped.
    private static let kinds: [String: Set<String>] = [
        "": ["ComponentStatus", "Namespace", "Node", "PersistentVolume"],
        "admissionregistration.k8s.io": [
            "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
        ],
        "apiextensions.k8s.io": ["CustomResourceDefinition"],
        "apiregistration.k8s.io": ["APIService"],
        "auditregistration.k8s.io": ["AuditSink"],
        "authentication.k8s.io": ["TokenReview", "SelfSubjectReview"],
        "authorization.k8s.io": ["SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"],
        "certificates.k8s.io": ["CertificateSigningRequest", "ClusterTrustBundle"],
        "extensions": ["PodSecurityPolicy"],
        "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
        "internal.apiserver.k8s.io": ["StorageVersion"],
        "networking.k8s.io": ["IngressClass"],
        "node.k8s.io": ["RuntimeClass"],
        "policy": ["PodSecurityPolicy"],
        "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding"],
        "resource.k8s.io": ["ResourceClass"],
        "scheduling.k8s.io": ["PriorityClass"],
        "storage.k8s.io": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
    ]
}
