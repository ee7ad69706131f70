import HoistwayModel
import HoistwayPorts

/// `git-push`: says what is to be sent; the lane sends it, together with others.
struct GitPushStep: PromotionStep {
    static let name = "git-push"

    private let path: String
    private let targetBranch: String?

    init(config: ConfigValue) throws(StepFailure) {
        let reader = try ConfigReader(
            config,
            step: Self.name,
            known: ["path", "targetBranch", "generateTargetBranch", "tag", "force", "maxAttempts", "provider"]
        )
        path = try reader.requiredText("path")
        targetBranch = try reader.text("targetBranch")
        try reader.requireAtMostOne("targetBranch", "tag")
        for key in ["generateTargetBranch", "force"] where try reader.flag(key) {
            throw reader.failure(
                key,
                key == "force" ? "is not done: branches of others are never overwritten" : "is not supported yet"
            )
        }
        guard !reader.has("tag") else { throw reader.failure("tag", "is not supported yet") }
        if let targetBranch, let problem = GitRefName.problem(withShortName: targetBranch) {
            throw reader.failure("targetBranch", "cannot be used: \(problem.rawValue)")
        }
        try reader.requireOne("provider", of: ["azure", "bitbucket", "gitea", "github", "gitlab"])
        try reader.requireCount("maxAttempts")
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let outgoing = try await inWorkspace { () throws(WorkspaceFailure) in try await context.workspace.outgoing(path)
        }
        guard let branch = outgoing.branch else {
            throw .unmet(
                "\(path) shows a tag or a commit, not a branch, and cannot be pushed",
                hint: "check out a branch there"
            )
        }
        guard targetBranch == nil || targetBranch == branch else {
            throw .unmet(
                "\(path) shows branch \(branch); pushing it to another branch is not supported yet",
                hint: "check out the branch that is to be written, with create: true where it is new"
            )
        }
        guard !outgoing.commits.isEmpty else {
            let output = Self.output(branch: branch, commit: outgoing.base)
            return StepOutcome(.skipped("nothing to push to \(branch)"), output: output)
        }
        let need = PushNeed(
            alias: "",
            outgoing: outgoing,
            targetBranch: branch,
            path: path,
            subject: subject(context)
        )
        return StepOutcome(.pushPending(need), message: "pushing \(branch)")
    }

    static func output(branch: String, commit: ObjectID) -> [String: ConfigValue] {
        ["branch": .string(branch), "commit": commit.isZero ? .null : .string(commit.hex)]
    }

    private func subject(_ context: StepContext) -> String {
        let path = WorkspacePath.clean(path)
        let own = context.commits.last {
            WorkspacePath.isInside($0.path, path) || WorkspacePath.isInside(path, $0.path)
        }
        return own?.subject ?? ""
    }
}
