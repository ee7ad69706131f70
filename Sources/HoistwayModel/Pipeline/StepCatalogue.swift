/// The known promotion steps, and the effect of each on a stage that uses it.
package enum StepCatalogue {
    package enum Standing: Sendable, Equatable {
        /// The step runs.
        case executed
        /// The step is shown as skipped while no cluster is configured.
        case needsCluster
        /// A step of Kargo that does not run yet: a stage that uses it is refused.
        case notYet
        /// A step of Kargo's commercial edition.
        case commercial
        /// A step of earlier versions; the text names its replacement.
        case removed(instead: String)
        case unknown
    }

    /// Steps that use Argo CD in a cluster.
    package static let needingCluster = ["argocd-update", "argocd-wait"]

    /// Kargo's own steps, and `send-message` of its commercial edition; the schemas decide which of them run.
    package static let known = [
        "git-clone", "git-clear", "copy", "kustomize-set-image", "git-commit", "git-push", "compose-output", "delete",
        "fail", "file-write", "git-merge-pr", "git-open-pr", "git-tag", "git-wait-for-pr", "github-push",
        "helm-template", "helm-update-chart", "http", "http-download", "json-parse", "json-update", "kustomize-build",
        "oci-download", "oci-push", "send-message", "set-freight-alias", "set-metadata", "tar", "toml-parse",
        "toml-update", "untar",
        "yaml-merge", "yaml-parse", "yaml-update",
    ]

    /// Steps of Kargo's commercial edition only.
    package static let commercial = [
        "gh-create-issue", "gh-issue-add-comment", "gh-issue-delete-comment", "gh-issue-update-comment",
        "gh-search-issues", "gh-update-issue", "gh-wait-for-issue-state", "gha-dispatch-workflow",
        "gha-wait-for-workflow", "get-user-input", "hcl-update", "jfrog-evidence", "jira", "record-audit-event",
        "snow-create", "snow-delete", "snow-query-for-records", "snow-update",
        "snow-wait-for-condition", "tf-apply", "tf-output", "tf-plan", "wait-for-approval",
    ]

    /// Steps that another step of Kargo can replace, with the differences.
    package static let standIns = [
        "github-push": (
            uses: "git-push", difference: "the commits are pushed as they are, and GitHub does not sign them"
        )
    ]

    /// Replacements, exact or similar, for steps that do not run here.
    package static let substitutes = [
        "hcl-update": "keep the version in a YAML, JSON or TOML file, which the step of that name updates",
        "gha-dispatch-workflow": "http can ask GitHub's API for it",
        "tf-apply": "let a workflow of its own run it, which the step http starts",
        "tf-plan": "let a workflow of its own run it, which the step http starts",
    ]

    /// Our own steps, which Kargo does not have.
    package static let own = ["flux-setters"]

    /// Steps that Kargo itself has removed, with their replacements.
    package static let removed = [
        "helm-update-image": "yaml-update",
        "kargo-render": "kustomize-build or helm-template",
    ]

    /// All names that a person may have meant.
    package static var names: [String] { known + commercial + needingCluster + own }

    /// - Parameter runs: whether a step of that name runs.
    package static func standing(of uses: String, runs: (String) -> Bool) -> Standing {
        if runs(uses) { return .executed }
        if needingCluster.contains(uses) { return .needsCluster }
        if known.contains(uses) { return .notYet }
        if commercial.contains(uses) { return .commercial }
        if let instead = removed[uses] { return .removed(instead: instead) }
        return .unknown
    }
}
