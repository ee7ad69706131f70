import HoistwayModel
import Testing

@testable import HoistwaySettings

/// What `check` finds in steps about pull requests.
struct PullRequestCheckTests {
    private static func merge(_ url: String, _ more: String) -> String {
        "{uses: git-merge-pr, config: {repoURL: '\(url)', prNumber: 1, \(more)}}"
    }

    private func found(by step: String) throws -> [Problem] {
        try problems(of: DemoPipeline.manifest(steps: [step]))
    }

    @Test(arguments: [
        merge("https://github.com/acme/ops", "mergeMethod: squash"),
        merge("https://gitlab.example.com/acme/ops", "mergeMethod: squash, wait: true"),
        merge("https://git.example.com/acme/ops", "provider: gitea, mergeMethod: fast-forward-only"),
        merge("https://bitbucket.org/acme/ops", "mergeMethod: fast_forward"),
        "{uses: git-open-pr, config: {repoURL: 'git@github.com:a/b.git', sourceBranch: x, targetBranch: main, labels: [a]}}",
        "{uses: git-wait-for-pr, config: {repoURL: 'https://github.com/a/b', prNumber: 7, pollInterval: 1m}}",
    ])
    func `what Kargo takes is taken`(_ step: String) throws {
        #expect(try found(by: step).errors == [])
    }

    @Test(arguments: [
        (
            merge("https://github.com/acme/ops", "mergeMethod: fast-forward-only"),
            "GitHub has no mergeMethod 'fast-forward-only'"
        ),
        (merge("https://gitlab.com/acme/ops", "mergeMethod: rebase"), "GitLab has no mergeMethod 'rebase'"),
        (merge("https://git.example.com/acme/ops", "wait: true"), "nothing says which Git host"),
        (
            "{uses: git-open-pr, config: {repoURL: 'https://github.com/a/b', targetBranch: main}}",
            "git-open-pr needs sourceBranch"
        ),
        (
            "{uses: git-open-pr, config: {repoURL: 'https://github.com/a/b', sourceBranch: x}}",
            "targetBranch is missing"
        ), ("{uses: git-wait-for-pr, config: {repoURL: 'https://github.com/a/b'}}", "git-wait-for-pr needs prNumber"),
        ("{uses: git-wait-for-pr, config: {repoURL: 'https://github.com/a/b', prNumber: 0}}", "0 is outside 1"),
        ("{uses: git-merge-pr, config: {repoURL: 'https://github.com/a/b', prNumber: 1, method: x}}", "unknown key"),
    ])
    func `what cannot work is told where it is written`(_ step: String, _ told: String) throws {
        let errors = try found(by: step).errors
        #expect(errors.count == 1 && errors[0].message.contains(told), "\(errors)")
    }

    @Test func `a target branch that is to be made is taken with a warning`() throws {
        let all = try found(
            by:
                "{uses: git-open-pr, config: {repoURL: 'https://github.com/a/b', sourceBranch: x, targetBranch: y, "
                + "createTargetBranch: true}}"
        )
        #expect(all.errors == [])
        #expect(all.warnings.contains { $0.message.hasPrefix("createTargetBranch of git-open-pr") }, "\(all)")
    }
}
