/// The values of `provider` for a Git host, with Kargo's names.
package enum ForgeProvider: String, Sendable, CaseIterable {
    case azure, bitbucket, gitea, github, gitlab
}

/// The program that runs a Git host's pull requests.
package enum ForgeKind: String, Sendable, Codable, CaseIterable {
    case github, gitlab
    /// Also Forgejo.
    case gitea
    /// Bitbucket Cloud, at bitbucket.org.
    case bitbucketCloud = "bitbucket"
    /// Bitbucket Data Center: `provider: bitbucket` at any other host.
    case bitbucketDataCenter = "bitbucket-data-center"
    case azure

    /// Decides by Kargo's `provider` and by the host's name.
    ///
    /// - Parameters:
    ///   - host: without a port.
    ///   - provider: `azure`, `bitbucket`, `gitea`, `github` or `gitlab`.
    /// - Returns: `nil` where neither is enough.
    package init?(host: String, provider: String?) {
        let host = host.lowercased()
        switch provider {
        case "azure": self = .azure
        case "bitbucket": self = host == "bitbucket.org" ? .bitbucketCloud : .bitbucketDataCenter
        case "gitea": self = .gitea
        case "github": self = .github
        case "gitlab": self = .gitlab
        case nil:
            if host.contains("github") || host.hasSuffix(".ghe.com") {
                self = .github
            } else if host.contains("gitlab") {
                self = .gitlab
            } else if host.contains("gitea") || host.contains("forgejo") || host == "codeberg.org" {
                self = .gitea
            } else if host == "bitbucket.org" {
                self = .bitbucketCloud
            } else if host == "dev.azure.com" || host == "ssh.dev.azure.com" || host.hasSuffix(".visualstudio.com") {
                self = .azure
            } else {
                return nil
            }
        default: return nil
        }
    }

    /// The allowed values of `mergeMethod` in `git-merge-pr`; the first is the default.
    package var mergeMethods: [String] {
        switch self {
        case .github: ["merge", "squash", "rebase"]
        case .gitlab: ["merge", "squash"]
        case .gitea: ["merge", "rebase", "rebase-merge", "squash", "fast-forward-only", "manually-merged"]
        // Kargo's page names the first three; it accepts all methods that Bitbucket documents.
        case .bitbucketCloud:
            [
                "merge_commit", "squash", "fast_forward", "squash_fast_forward", "rebase_fast_forward",
                "rebase_merge",
            ]
        case .bitbucketDataCenter:
            ["no-ff", "ff", "ff-only", "rebase-no-ff", "rebase-ff-only", "squash", "squash-ff-only"]
        case .azure: ["noFastForward", "squash", "rebase", "rebaseMerge"]
        }
    }

    /// For people.
    package var name: String {
        switch self {
        case .github: "GitHub"
        case .gitlab: "GitLab"
        case .gitea: "Gitea"
        case .bitbucketCloud: "Bitbucket Cloud"
        case .bitbucketDataCenter: "Bitbucket Data Center"
        case .azure: "Azure DevOps"
        }
    }
}
