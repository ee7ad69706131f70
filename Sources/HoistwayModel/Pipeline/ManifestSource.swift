/// Manifests that lie in a Git repository and are followed there, or are made of Argo CD's Applications.
package struct ManifestSource: Hashable, Sendable, Codable {
    /// The Applications of Argo CD Image Updater in a cluster, and what of their settings is honoured.
    package struct Applications: Hashable, Sendable, Codable {
        /// A key of `kubernetes.clusters`.
        package var cluster: String
        package var policy: ImageUpdaterPolicy
    }

    /// Without a password.
    package var repoURL: String
    package var key: RepositoryKey
    /// Short name; `nil` for the branch that the remote's HEAD points at.
    package var branch: String?
    package var path: ManifestPath
    /// The projects that it may define; `nil` for all.
    package var projects: [String]?
    /// Names that its manifests may use as `${NAME}`, of those that the configuration lists.
    package var variables: [String]
    /// What the manifests are made of; `nil`: they lie in Git.
    package var applications: Applications?

    package init(
        repoURL: String,
        key: RepositoryKey,
        branch: String?,
        path: ManifestPath,
        projects: [String]?,
        variables: [String] = []
    ) {
        self.repoURL = repoURL
        self.key = key
        self.branch = branch
        self.path = path
        self.projects = projects
        self.variables = variables
    }

    /// Of manifests that are made of the Applications of Image Updater: they may define the opted-in AppProjects' projects.
    package init(applicationsOf cluster: String, policy: ImageUpdaterPolicy) {
        let place = "argocd://\(cluster)/image-updater"
        self.init(
            repoURL: place,
            key: RepositoryKey(normalised: place),
            branch: nil,
            path: .within(""),
            projects: (policy.projects ?? []).map(ImageUpdaterPlan.project(of:))
        )
        applications = Applications(cluster: cluster, policy: policy)
    }

    /// Where the manifests are, whatever they may define: two sources of one place are one too many.
    package var place: String {
        guard applications == nil else { return repoURL }
        let tip = "\(key.text)@\(branch ?? "HEAD")"
        return path.text.isEmpty ? tip : "\(tip):\(path.text)"
    }

    /// Whose credentials fetch it: the project's where it defines only that one, else shared ones alone.
    package var credentialProject: String {
        guard let projects, projects.count == 1 else { return "" }
        return projects[0]
    }

    package func allows(project: String) -> Bool { projects?.contains(project) ?? true }
}

/// Which files of a repository are manifests.
package enum ManifestPath: Hashable, Sendable, Codable {
    /// One file, or all `*.yaml` and `*.yml` beneath a folder; empty for the whole repository.
    case within(String)
    /// A doublestar glob over the whole path.
    case glob(String)

    package var text: String {
        switch self {
        case .within(let path): path
        case .glob(let glob): glob
        }
    }

    /// The folder beneath which all of them are: as much of a glob as holds no pattern.
    package var folder: String {
        switch self {
        case .within(let path): return path
        case .glob(let glob):
            let plain = glob.split(separator: "/").dropLast().prefix { part in
                !part.contains { "*?[]{}\\".contains($0) }
            }
            return plain.joined(separator: "/")
        }
    }

    package func selects(_ path: String, matcher: some PatternMatcher) -> Bool {
        switch self {
        case .within(let wanted):
            if path == wanted { return true }
            let isBeneath = wanted.isEmpty || path.hasPrefix(wanted + "/")
            return isBeneath && (path.hasSuffix(".yaml") || path.hasSuffix(".yml"))
        case .glob(let glob): return matcher.matches(glob: glob, path)
        }
    }
}

extension ManifestSource {
    /// What a push means for manifests that are followed.
    package enum News: Sendable, Equatable {
        case changed
        /// Why they need not be read again.
        case untouched(String)
    }

    /// `nil` where the push is to another repository or branch.
    package func news(of push: PushEvent, matcher: some PatternMatcher) -> News? {
        guard push.repoKeys.contains(key), let name = CommitSelection.short(push.ref, below: "refs/heads/")
        else { return nil }
        guard (branch ?? push.defaultBranch).map({ $0 == name }) ?? true else { return nil }
        guard !push.deleted else { return .untouched("\(name) was deleted: the last manifests that were read stay") }
        // A force-push takes back files that its own commits do not name, and a list without any file proves nothing.
        guard let changed = push.changedFiles, !changed.isEmpty, !push.commitsTruncated, push.forced != true,
            !push.created
        else {
            return .changed
        }
        guard changed.contains(where: { path.selects($0, matcher: matcher) }) else {
            return .untouched("no manifest in \(path.text.isEmpty ? "it" : path.text) was changed")
        }
        return .changed
    }
}
