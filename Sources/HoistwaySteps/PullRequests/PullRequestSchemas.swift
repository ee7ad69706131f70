import HoistwayModel

/// The configurations that `git-open-pr`, `git-wait-for-pr` and `git-merge-pr` accept.
///
/// Source: the JSON schemas of Kargo v1.11 (`git-open-pr-config.json` and its siblings), and of v0.9 to v1.9 for the
/// older forms.
enum PullRequestSchemas {
    static let open = StepSchema(
        "git-open-pr",
        .forge,
        "Opens a pull request. If one with the same branches and the same head commit is open, it uses that one. It "
            + "is skipped if the branches do not differ.",
        [
            repoURL,
            StepSchema.Field("sourceBranch", .branch, emptyIsAbsent: true, "The branch with the change."),
            StepSchema.Field(
                "sourceBranchFromStep",
                .text,
                emptyIsAbsent: true,
                "A step whose output `branch` is the source branch. Older form (Kargo 0.9 to 1.2)."
            ),
            StepSchema.Field("targetBranch", .branch, isRequired: true, "The branch that gets the change."),
            StepSchema.Field(
                "createTargetBranch",
                .flag,
                defaultValue: .bool(false),
                "Creates a missing target branch with one empty commit. Older form (Kargo 0.9 to 1.9)."
            ),
            StepSchema.Field(
                "title",
                .text,
                emptyIsAbsent: true,
                "The title. Without it, the first line of the head commit's message."
            ),
            StepSchema.Field(
                "description",
                .text,
                emptyIsAbsent: true,
                "The description. Without it, the rest of the head commit's message, or the whole message if "
                    + "`title` is set. If the configuration has `console.publicURL`, a link to the promotion is "
                    + "added."
            ),
            StepSchema.Field("labels", .list(.text), "Labels, if the host supports them on pull requests."),
            provider, insecureSkipTLSVerify,
        ],
        rules: [
            .exactlyOne(
                ["sourceBranch", "sourceBranchFromStep"],
                says: "git-open-pr needs sourceBranch, or its older form sourceBranchFromStep"
            )
        ]
    )

    static let wait = StepSchema(
        "git-wait-for-pr",
        .forge,
        "Waits until a pull request is merged. It fails if the pull request is closed without a merge.",
        [
            repoURL, prNumber(isRequired: false),
            StepSchema.Field(
                "prNumberFromStep",
                .text,
                emptyIsAbsent: true,
                "A step whose output `prNumber` is the number. Older form (Kargo 0.9 to 1.2)."
            ), pollInterval("30s"), provider, insecureSkipTLSVerify,
        ],
        rules: [
            .exactlyOne(
                ["prNumber", "prNumberFromStep"],
                says: "git-wait-for-pr needs prNumber, or its older form prNumberFromStep"
            )
        ]
    )

    static let merge = StepSchema(
        "git-merge-pr",
        .forge,
        "Merges a pull request. First it applies the rules for pushes to the change that the merge would make on "
            + "the target branch. If a rule is broken, it does not merge, and the pull request stays open.",
        [
            repoURL, prNumber(isRequired: true),
            StepSchema.Field(
                "mergeMethod",
                .text,
                emptyIsAbsent: true,
                "The merge method, in the host's own words. Without it, the host's default. GitHub: merge, squash, "
                    + "rebase. GitLab: merge, squash. Gitea: merge, rebase, rebase-merge, squash, "
                    + "fast-forward-only, manually-merged. Bitbucket Cloud: merge_commit, squash, fast_forward, "
                    + "squash_fast_forward, rebase_fast_forward, rebase_merge. Azure DevOps: noFastForward, squash, "
                    + "rebase, rebaseMerge."
            ),
            StepSchema.Field(
                "wait",
                .flag,
                defaultValue: .bool(false),
                "Waits for missing checks and approvals. Without it, the step fails when they are missing."
            ), pollInterval("10s"), provider, insecureSkipTLSVerify,
        ]
    )

    private static let repoURL = StepSchema.Field(
        "repoURL",
        .repository,
        isRequired: true,
        "The repository. Its credential is also used for the host's API."
    )

    private static func prNumber(isRequired: Bool) -> StepSchema.Field {
        StepSchema.Field(
            "prNumber",
            .wholeNumber(1...Int(Int32.max)),
            isRequired: isRequired,
            "The number of the pull request."
        )
    }

    private static func pollInterval(_ text: String) -> StepSchema.Field {
        StepSchema.Field(
            "pollInterval",
            .duration,
            defaultValue: .string(text),
            "The shortest time between two requests to the host. After a webhook of the host, the step sends a "
                + "request immediately. In Kargo, the polling interval."
        )
    }

    private static let provider = StepSchema.Field(
        "provider",
        .choice(["azure", "bitbucket", "gitea", "github", "gitlab"]),
        "The kind of Git host. Without it, it is derived from the host name."
    )

    private static let insecureSkipTLSVerify = StepSchema.Field.flag(
        "insecureSkipTLSVerify",
        "Does not verify the server's certificate."
    )
}
