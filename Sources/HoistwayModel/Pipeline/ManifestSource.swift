/// Manifests that are followed in a Git repository, or that are made from Argo CD's Applications.
package struct ManifestSource: Hashable, Sendable, Codable {
    /// The Applications of Argo CD Image Updater in a cluster, with the limits of their settings.
    package struct Applications: Hashable, Sendable, Codable {
        /// A key of `kubernetes.clusters`.
        package var cluster: String
        package var policy: ImageUpdaterPolicy
    }

    /// Without a password.
    package var repoURL: String
    package var key: RepositoryKey
    /// Short name; `nil` for the branch to which the remote's HEAD points.
    package var branch: String?
    package var path: ManifestPath
    /// The projects that it may define; `nil` for all.
    package var projects: [String]?
    /// The configured names that its manifests may use as `${NAME}`.
    package var variables: [String]
    /// The source of generated manifests; `nil`: they are in Git.
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

    /// Makes a source from the Applications of Image Updater: it may define the projects of the accepted AppProjects.
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

    /// The place of the manifests; two sources must not have the same place, whatever they may define.
    package var place: String {
        guard applications == nil else { return repoURL }
        let tip = "\(key.text)@\(branch ?? "HEAD")"
        return path.text.isEmpty ? tip : "\(tip):\(path.text)"
    }

    /// The project whose credentials fetch it: the only project that it may define; otherwise only shared credentials
    /// are used.
    package var credentialProject: String {
        guard let projects, projects.count == 1 else { return "" }
        return projects[0]
    }

    package func allows(project: String) -> Bool { projects?.contains(project) ?? true }
}

/// The files of a repository that are manifests.
package enum ManifestPath: Hashable, Sendable, Codable {
    /// One file, or all `*.yaml` and `*.yml` below a folder; empty for the whole repository.
    case within(String)
    /// A doublestar glob over the whole path.
    case glob(String)

    package var text: String {
        switch self {
        case .within(let path): path
        case .glob(let glob): glob
        }
    }

    /// The folder that contains all of them: for a glob, the part before its first pattern.
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
    /// The effect of a push on manifests that are followed.
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
        // A forced push restores old files that its own commits do not name, and a list without any file proves
        // nothing.
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
