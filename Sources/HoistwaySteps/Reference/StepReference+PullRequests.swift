extension StepReference {
    private static let outputs = [
        (name: "pr", meaning: "A mapping with `id` (a number), `url`, `open` and `merged`."),
        (name: "branch", meaning: "The target branch."),
        (name: "prNumber", meaning: "The number. Kargo removed this output in 1.7."),
    ]
    private static let commit = (
        name: "commit", meaning: "The id of the resulting commit on the target branch, if the host reports it."
    )

    static let pullRequests: [String: Entry] = [
        "git-open-pr": Entry(
            """
            uses: git-open-pr
            as: open
            config:
              repoURL: https://github.com/acme/deploy
              sourceBranch: ${{ outputs.push.branch }}
              targetBranch: main
              labels: [promotion]
            """,
            outputs: outputs
        ),
        "git-wait-for-pr": Entry(
            """
            uses: git-wait-for-pr
            as: wait
            retry: {timeout: 48h}
            config:
              repoURL: https://github.com/acme/deploy
              prNumber: ${{ outputs.open.pr.id }}
            """,
            outputs: outputs + [commit]
        ),
        "git-merge-pr": Entry(
            """
            uses: git-merge-pr
            as: merge
            retry: {timeout: 1h}
            config:
              repoURL: https://github.com/acme/deploy
              prNumber: ${{ outputs.open.pr.id }}
              mergeMethod: squash
              wait: true
            """,
            outputs: outputs + [commit]
        ),
    ]
}
