import HoistwayModel

/// The project of objects that name no namespace.
///
/// `kubectl apply --namespace` and kustomize set one, and neither is seen here. The project is set only where the files
/// of the folder allow just one, and a warning says so.
extension ManifestReader {
    /// The namespaces and projects in one folder of manifests.
    struct FolderNamespaces {
        /// `namespace` of its kustomization.
        var kustomization: String?
        var projects: Set<String> = []

        /// `nil`: there is none, or there are several.
        var only: String? { kustomization ?? (projects.count == 1 ? projects.first : nil) }

        var reason: String {
            kustomization == nil ? "the only Project in its folder" : "the namespace of its folder's kustomization"
        }
    }

    /// The folder of a file, including the source that the file is from.
    static func folder(of file: String) -> String {
        file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
    }

    /// The manifest in the namespace that its folder gives it.
    func named(_ manifest: Manifest) -> Manifest {
        guard manifest.namespace.isEmpty, !manifest.isLeftOut,
            let folder = folders[Self.folder(of: manifest.fields.place.file)], let namespace = folder.only,
            // A repository may define only its allowed projects: the Projects in the folder were checked for that.
            !manifest.isFromGit || folder.projects.contains(namespace)
        else { return manifest }
        var copy = manifest
        copy.namespace = namespace
        if isFirstReport("namespace of \(manifest.fields.place.file)") {
            problems.warning(
                manifest.namespacePlace,
                "\(manifest.kind) \(manifest.name) names no namespace, and is taken for one of the project "
                    + "\(namespace), \(folder.reason)",
                hint: "write the namespace into the metadata of all objects of this file"
            )
        }
        return copy
    }

    private func isFirstReport(_ what: String) -> Bool { reportedForms.insert(what).inserted }
}
