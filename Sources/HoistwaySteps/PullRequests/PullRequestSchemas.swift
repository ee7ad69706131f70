import HoistwayModel

/// What `git-open-pr`, `git-wait-for-pr` and `git-merge-pr` may be configured with.
///
/// Source: the JSON schemas of Kargo v1.11 (`git-open-pr-config.json` and its siblings), and of v0.9 to v1.9 for the
/// older forms.
enum PullRequestSchemas {
    static let open = StepSchema(
        "git-open-pr",
        .forge,
        "Opens a pull request, or takes over one with the same branches and head; skipped where the branches do not differ.",
        [
            repoURL,
            StepSchema.Field("sourceBranch", .branch, emptyIsAbsent: true, "The branch with the change."),
            StepSchema.Field(
                "sourceBranchFromStep",
                .text,
                emptyIsAbsent: true,
                "A step whose output `branch` is the source branch; a form of Kargo 0.9 to 1.2."
            ),
            StepSchema.Field("targetBranch", .branch, isRequired: true, "The branch that the change is to go into."),
            StepSchema.Field(
                "createTargetBranch",
                .flag,
                defaultValue: .bool(false),
                "Makes a target branch that is missing, with one empty commit; a form of Kargo 0.9 to 1.9."
            ),
            StepSchema.Field(
                "title",
                .text,
                emptyIsAbsent: true,
                "Its title; without it, the first line of the head commit's message."
            ),
            StepSchema.Field(
                "description",
                .text,
                emptyIsAbsent: true,
                "Its description; without it, the rest of that message, or all of it where a title is given. With "
                    + "`console.publicURL` in the configuration, a link to the promotion follows."
            ),
            StepSchema.Field("labels", .list(.text), "Labels, where the host has them on pull requests."),
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
        "Waits until a pull request is merged; fails where it is closed without that.",
        [
            repoURL, prNumber(isRequired: false),
            StepSchema.Field(
                "prNumberFromStep",
                .text,
                emptyIsAbsent: true,
                "A step whose output `prNumber` is the number; a form of Kargo 0.9 to 1.2."
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
        "Merges a pull request. Before it does, the rules for pushes are applied to what the merge would change on the "
            + "target branch; a merge that they refuse is not made, and the pull request stays open.",
        [
            repoURL, prNumber(isRequired: true),
            StepSchema.Field(
                "mergeMethod",
                .text,
                emptyIsAbsent: true,
                "How it is merged, in the host's own words; without it, as the host does by default. GitHub: merge, squash, "
                    + "rebase; GitLab: merge, squash; Gitea: merge, rebase, rebase-merge, squash, fast-forward-only, "
                    + "manually-merged; Bitbucket Cloud: merge_commit, squash, fast_forward, squash_fast_forward, "
                    + "rebase_fast_forward, rebase_merge; Azure DevOps: noFastForward, "
                    + "squash, rebase, rebaseMerge."
            ),
            StepSchema.Field(
                "wait",
                .flag,
                defaultValue: .bool(false),
                "Waits for checks and approvals that are missing; without it, the step fails."
            ), pollInterval("10s"), provider, insecureSkipTLSVerify,
        ]
    )

    private static let repoURL = StepSchema.Field(
        "repoURL",
        .repository,
        isRequired: true,
        "The repository, whose credential is used at the host too."
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
            "How often Kargo asks; here it is the least time between two looks, and a webhook of the host has the step "
                + "look at once."
        )
    }

    private static let provider = StepSchema.Field(
        "provider",
        .choice(["azure", "bitbucket", "gitea", "github", "gitlab"]),
        "Which Git host it is; without it, the host's name tells."
    )

    private static let insecureSkipTLSVerify = StepSchema.Field.flag(
        "insecureSkipTLSVerify",
        "Whether the server's certificate is not checked."
    )
}
