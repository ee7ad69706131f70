import HoistwayModel
import HoistwayPorts

/// `git-tag`: makes an annotated tag of a checkout's head; `git-push` sends it.
struct GitTagStep: PromotionStep {
    static let schema = StepSchema(
        "git-tag",
        .workspace,
        "Creates an annotated tag for the newest commit of a checkout. To push it, use git-push with `tag`.",
        [
            .path("The checkout."),
            StepSchema.Field("tag", .tag, isRequired: true, "The tag's name."),
            StepSchema.Field("message", .text, isRequired: true, "The tag's message."),
            StepSchema.Field(
                "force",
                .flag,
                defaultValue: .bool(false),
                "Creates the tag even if it exists already. A tag in the remote repository is still never moved."
            ),
        ]
    )

    private let path: String
    private let tag: String
    private let message: String
    private let force: Bool

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        tag = config.requiredText("tag")
        message = config.requiredText("message")
        force = config.flag("force")
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let workspace = context.workspace
        let state = try await inWorkspace { () throws(WorkspaceFailure) in try await workspace.state(of: path) }
        let commit = state.head
        guard !commit.isZero else {
            throw .unmet("\(path) has no commit that a tag could name", hint: "git-commit makes one")
        }
        let there = try await inWorkspace { () throws(WorkspaceFailure) in
            try await workspace.ref(PushedRef.tag.fullName(tag), at: path)
        }
        if let there, isOwn(there, context) {
            try await inWorkspace { () throws(WorkspaceFailure) in
                try await workspace.adopt(tag: tag, object: there.object, at: path)
            }
            return StepOutcome(
                .succeeded,
                output: ["commit": .string(there.commit.hex)],
                message: "the tag \(tag) was pushed in an earlier try, at \(there.commit.short)"
            )
        }
        guard force || (there == nil && state.tags[tag] == nil) else {
            let place = there.map { " at \($0.commit.short) of \(state.remote.displayURL)" } ?? ""
            throw .unmet("the tag \(tag) exists already\(place)", hint: "give the tag another name")
        }
        _ = try await inWorkspace { () throws(WorkspaceFailure) in
            try await workspace.tag(path, name: tag, message: message, commit: commit)
        }
        return StepOutcome(
            .succeeded,
            output: ["commit": .string(commit.hex)],
            message: "tagged \(commit.short) as \(tag)"
        )
    }

    /// Whether this promotion has pushed the tag before its steps began to run again.
    private func isOwn(_ place: RefPlace, _ context: StepContext) -> Bool {
        context.promotion.branches.contains {
            $0.pushed && $0.kind == .tag && $0.branch == tag && $0.commit == place.commit
        }
    }
}
