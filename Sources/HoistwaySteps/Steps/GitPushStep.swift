import HoistwayModel
import HoistwayPorts

/// `git-push`: says what is to be sent; the lane sends it, together with others.
struct GitPushStep: PromotionStep {
    static let schema = StepSchema(
        "git-push",
        .push,
        "Pushes a checkout's commits to its branch.",
        [
            .path("The checkout."),
            StepSchema.Field(
                "targetBranch",
                .branch,
                emptyIsAbsent: true,
                "The branch to push to; without it, the one that is checked out."
            ),
            StepSchema.Field(
                "generateTargetBranch",
                .flag,
                defaultValue: .bool(false),
                refusal: StepSchema.Refusal("generated branches are not supported yet"),
                "Pushes to a new branch that is named for the promotion."
            ),
            StepSchema.Field(
                "tag",
                .tag,
                emptyIsAbsent: true,
                refusal: StepSchema.Refusal("pushing tags is not supported yet"),
                "A tag to push in place of a branch."
            ),
            StepSchema.Field(
                "force",
                .flag,
                defaultValue: .bool(false),
                refusal: StepSchema.Refusal("nothing is ever pushed by force", hint: "take force out"),
                "Overwrites what is on the branch."
            ),
            StepSchema.Field(
                "maxAttempts",
                .wholeNumber(1...Int(Int32.max)),
                "How often Kargo tries; here a push is tried until it arrives or is refused."
            ),
            StepSchema.Field(
                "provider",
                .choice(["azure", "bitbucket", "gitea", "github", "gitlab"]),
                "Which Git host it is."
            ),
        ],
        rules: [
            .atMostOne(
                ["targetBranch", "generateTargetBranch", "tag"],
                says: "git-push has at most one of targetBranch, generateTargetBranch and tag"
            )
        ]
    )

    private let path: String
    private let targetBranch: String?

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        targetBranch = config.text("targetBranch")
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
        let path = WorkspacePath(path)
        let own = context.commits.last { $0.path.isInside(path) || path.isInside($0.path) }
        return own?.subject ?? ""
    }
}
