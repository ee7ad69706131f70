import HoistwayModel
import HoistwayPorts

/// `git-push`: describes the push; the lane sends it, together with others.
struct GitPushStep: PromotionStep {
    static let schema = StepSchema(
        "git-push",
        .push,
        "Pushes a checkout's commits to its branch, to another branch, or as a tag.",
        [
            .path("The checkout."),
            StepSchema.Field(
                "targetBranch",
                .branch,
                emptyIsAbsent: true,
                "The branch to push to. Without it, the branch of the checkout. If another branch exists already, "
                    + "it gets only the changes of the steps. Everything else on it stays."
            ),
            StepSchema.Field(
                "generateTargetBranch",
                .flag,
                defaultValue: .bool(false),
                "Pushes to the branch kargo/promotion/<name of the promotion>. It belongs to this promotion only."
            ),
            StepSchema.Field(
                "tag",
                .tag,
                emptyIsAbsent: true,
                "A tag to push instead of a branch. The step git-tag creates it."
            ),
            StepSchema.Field(
                "force",
                .flag,
                defaultValue: .bool(false),
                "No effect, and a warning: Hoistway never overwrites what others have pushed."
            ),
            StepSchema.Field(
                "maxAttempts",
                .wholeNumber(1...Int(Int32.max)),
                "No effect: a push is repeated until it succeeds or is refused. In Kargo, the number of attempts."
            ),
            StepSchema.Field(
                "provider",
                .choice(["azure", "bitbucket", "gitea", "github", "gitlab"]),
                "The kind of Git host, for the output `commitURL`. Without it, it is derived from the host name."
            ),
            .flag(
                "insecureSkipTLSVerify",
                "No effect: the setting of git-clone for this repository applies. It is a key of Kargo's "
                    + "github-push."
            ),
        ],
        rules: [
            .atMostOne(
                ["targetBranch", "generateTargetBranch", "tag"],
                says: "git-push has at most one of targetBranch, generateTargetBranch and tag"
            ),
            .excludes("force", ["tag"], says: "force does not go with"),
        ]
    )

    private enum Target {
        case checkedOut
        case branch(String)
        case promotionBranch
        case tag(String)
    }

    private let path: String
    private let target: Target
    private let force: Bool
    private let provider: String?

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        if let tag = config.text("tag") {
            target = .tag(tag)
        } else if config.flag("generateTargetBranch") {
            target = .promotionBranch
        } else {
            target = config.text("targetBranch").map(Target.branch) ?? .checkedOut
        }
        force = config.flag("force")
        provider = config.text("provider")
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let state = try await inWorkspace { () throws(WorkspaceFailure) in try await context.workspace.state(of: path) }
        var outcome: StepOutcome
        switch target {
        case .tag(let tag): outcome = try await push(tag: tag, state, context)
        case .promotionBranch: outcome = try await pushOwn(state, context)
        case .branch(let branch) where branch != state.branch: outcome = try await push(to: branch, state, context)
        case .branch, .checkedOut: outcome = try await push(state, context)
        }
        if force, case .branch = kind {
            outcome.warnings.append(
                "git-push of \(path) has force: true: nothing is overwritten here, and the push was a normal one"
            )
        }
        return outcome
    }

    private var kind: PushedRef {
        switch target {
        case .checkedOut, .branch: .branch
        case .promotionBranch: .promotionBranch
        case .tag: .tag
        }
    }

    // MARK: Branches

    /// To the branch that is checked out.
    private func push(_ state: MountState, _ context: StepContext) async throws(StepFailure) -> StepOutcome {
        guard let branch = state.branch else {
            throw .unmet(
                "\(path) shows a tag or a commit, not a branch, and cannot be pushed without a target",
                hint: "name the branch to push to with targetBranch, or check out a branch there"
            )
        }
        let outgoing = try await inWorkspace { () throws(WorkspaceFailure) in try await context.workspace.outgoing(path)
        }
        return pending(outgoing, branch, state, context)
    }

    /// To another branch, which keeps what the steps did not write.
    private func push(
        to branch: String,
        _ state: MountState,
        _ context: StepContext
    ) async throws(StepFailure) -> StepOutcome {
        let tip = try await ref(PushedRef.branch.fullName(branch), context)
        let made = Array(state.commits.dropFirst(state.sent[branch] ?? 0))
        guard let tip = tip?.commit else {
            guard !made.isEmpty else {
                return StepOutcome(
                    .succeeded,
                    output: Self.output(branch: branch, commit: state.start, page: page(state)),
                    message: "nothing to push: there is no branch \(branch), and no commit to begin it with"
                )
            }
            // The new branch gets the whole history of the checkout.
            return pending(
                OutgoingBranch(remote: state.remote, branch: branch, base: state.start, commits: made, old: .zero),
                branch,
                state,
                context
            )
        }
        guard !made.isEmpty else {
            return StepOutcome(
                .succeeded,
                output: Self.output(branch: branch, commit: tip, page: page(state)),
                message: "nothing to push to \(branch)"
            )
        }
        guard !state.isCleared else {
            throw .cannotAct(
                "\(path) was cleared, and it is not a checkout of \(branch), which exists already: "
                    + "the push would replace all files of \(branch) with those of another branch",
                hint: Self.ownCheckout(of: branch)
            )
        }
        let transfer: Transfer.Result
        do throws(GitFailure) {
            transfer = try await Transfer(state).onto(tip, commits: made, sent: state.sent[branch] ?? 0)
        } catch {
            throw .git(error)
        }
        if let clash = transfer.clashes.first {
            throw .unmet(
                "\(clash) is a file on \(branch) and a folder in \(path), or the other way round",
                hint: Self.ownCheckout(of: branch)
            )
        }
        let edited = transfer.overwritten.filter(state.edited.contains)
        let outgoing = OutgoingBranch(remote: state.remote, branch: branch, base: tip, commits: transfer.commits)
        var outcome = pending(outgoing, branch, state, context)
        guard case .pushPending(var need) = outcome.result else { return outcome }
        need.overwritten = transfer.overwritten
        if !edited.isEmpty {
            guard isPushedOnce(context) else {
                throw .unmet(
                    "\(Listing.text(edited.prefix(3).map(\.shortened))) of \(branch) and of \(path) differ, "
                        + "and \(path) is pushed to several branches: the change cannot be made for only one of them",
                    hint: Self.ownCheckout(of: branch)
                )
            }
            need.graft = Graft(tip: tip, files: Set(edited))
        }
        outcome.result = .pushPending(need)
        return outcome
    }

    /// Whether the checkout has only one push target, so that its files may be taken from the target.
    private func isPushedOnce(_ context: StepContext) -> Bool {
        let plan = PromotionPlan(steps: context.promotion.steps)
        return Set(plan.checkout(holding: path)?.targets ?? []).count <= 1
    }

    /// To the promotion's own branch.
    private func pushOwn(_ state: MountState, _ context: StepContext) async throws(StepFailure) -> StepOutcome {
        let branch = PushedRef.branch(of: context.promotion.id)
        guard GitRefName.isValidBranch(branch) else {
            throw .cannotAct("\(ShownText.quoted(branch)) is not a branch name that Git takes", hint: nil)
        }
        guard let newest = state.commits.last else {
            return StepOutcome(
                .succeeded,
                output: Self.output(branch: branch, commit: state.head, page: page(state)),
                message: "nothing to push to \(branch)"
            )
        }
        let tip = try await ref(PushedRef.promotionBranch.fullName(branch), context)?.commit
        if let tip {
            let (there, here) = try await commits(tip, newest, state.remote)
            guard isOwn(there, context) else {
                throw .unmet(
                    "\(branch) is at \(tip.short), which this promotion did not push (\(there.author))",
                    hint: "look at the branch, and delete it"
                )
            }
            if there.tree == here.tree, there.parents == here.parents {
                return StepOutcome(
                    .succeeded,
                    output: Self.output(branch: branch, commit: tip, page: page(state)),
                    message: "nothing to push: \(branch) has this content already"
                )
            }
        }
        return pending(
            OutgoingBranch(
                remote: state.remote,
                branch: branch,
                base: state.start,
                commits: state.commits,
                old: tip ?? .zero
            ),
            branch,
            state,
            context
        )
    }

    private func isOwn(_ commit: CommitRecord, _ context: StepContext) -> Bool {
        OtherWriters.trailer("Hoistway-Promotion", in: commit.message) == context.promotion.id.text
            || context.promotion.branches.contains { $0.pushed && $0.commit == commit.id }
    }

    private func pending(
        _ outgoing: OutgoingBranch,
        _ branch: String,
        _ state: MountState,
        _ context: StepContext
    ) -> StepOutcome {
        guard !outgoing.commits.isEmpty else {
            let commit = outgoing.old.isZero ? outgoing.base : outgoing.old
            return StepOutcome(
                .succeeded,
                output: Self.output(branch: branch, commit: commit, page: page(state)),
                message: "nothing to push to \(branch)"
            )
        }
        var need = PushNeed(
            alias: "",
            outgoing: outgoing,
            targetBranch: branch,
            path: path,
            subject: subject(context)
        )
        need.kind = kind
        need.checkedOut = state.branch
        need.provisional = state.pushedHead == nil ? state.commits.last : nil
        need.provider = provider
        return StepOutcome(.pushPending(need), message: "pushing \(branch)")
    }

    // MARK: Tags

    private func push(tag: String, _ state: MountState, _ context: StepContext) async throws(StepFailure) -> StepOutcome
    {
        let there = try await ref(PushedRef.tag.fullName(tag), context)
        let output = Self.output(branch: state.branch, commit: state.head, page: page(state))
        guard let made = state.tags[tag] else {
            guard there != nil else {
                throw .unmet("there is no tag \(tag)", hint: "git-tag makes it")
            }
            return StepOutcome(.succeeded, output: output, message: "nothing to push: the tag \(tag) is there already")
        }
        let (tagged, head) = try await commits(made, state.head, state.remote)
        if let there {
            guard there.object == made || there.commit == tagged.id else {
                throw .unmet(
                    "\(state.remote.displayURL) has another tag \(tag), at \(there.commit.short): a tag is never moved",
                    hint: "give the tag another name, or delete it there"
                )
            }
            return StepOutcome(.succeeded, output: output, message: "nothing to push: the tag \(tag) is there already")
        }
        // A commit that no branch has yet is sent with the tag, and is checked like a push to a branch.
        let isUnpushed = state.pushedHead == nil && tagged.id == state.commits.last
        let outgoing = OutgoingBranch(
            remote: state.remote,
            branch: state.branch,
            base: isUnpushed ? state.start : tagged.id,
            commits: isUnpushed ? state.commits : [tagged.id],
            old: .zero
        )
        var need = PushNeed(alias: "", outgoing: outgoing, targetBranch: tag, path: path, subject: subject(context))
        need.kind = .tag
        need.tag = made
        need.checkedOut = state.branch
        need.provider = provider
        var outcome = StepOutcome(.pushPending(need), message: "pushing the tag \(tag)")
        if tagged.id != head.id {
            outcome.warnings.append(
                "the tag \(tag) is at \(tagged.id.short), not at the newest commit \(head.id.short)"
            )
        }
        return outcome
    }

    // MARK: Outputs

    /// - Parameter branch: `nil` where no branch is checked out.
    static func output(branch: String?, commit: ObjectID, page: CommitPage?) -> [String: ConfigValue] {
        var output: [String: ConfigValue] = ["commit": commit.isZero ? .null : .string(commit.hex)]
        if let branch { output["branch"] = .string(branch) }
        if let page, !commit.isZero { output["commitURL"] = .string(page.url(of: commit)) }
        return output
    }

    /// The outputs of a push that has arrived.
    static func output(of need: PushNeed, commit: ObjectID) -> [String: ConfigValue] {
        output(
            branch: need.kind == .tag ? need.checkedOut : need.targetBranch,
            commit: commit,
            page: CommitPage(repository: need.outgoing.remote.displayURL, provider: need.provider)
        )
    }

    /// The outputs of a push that arrived in an earlier try.
    static func output(of earlier: BranchOutcome, provider: String?) -> [String: ConfigValue] {
        output(
            branch: earlier.kind == .tag ? earlier.checkedOut : earlier.branch,
            commit: earlier.commit,
            page: CommitPage(repository: earlier.remote, provider: provider)
        )
    }

    private func page(_ state: MountState) -> CommitPage? {
        CommitPage(repository: state.remote.displayURL, provider: provider)
    }

    // MARK: What is there

    private func ref(_ name: String, _ context: StepContext) async throws(StepFailure) -> RefPlace? {
        try await inWorkspace { () throws(WorkspaceFailure) in try await context.workspace.ref(name, at: path) }
    }

    private func commits(
        _ one: ObjectID,
        _ other: ObjectID,
        _ remote: any GitRemote
    ) async throws(StepFailure) -> (CommitRecord, CommitRecord) {
        do throws(GitFailure) {
            return (try await remote.commit(one), try await remote.commit(other))
        } catch {
            throw .git(error)
        }
    }

    private func subject(_ context: StepContext) -> String {
        let path = WorkspacePath(path)
        let own = context.commits.last { $0.path.isInside(path) || path.isInside($0.path) }
        return own?.subject ?? ""
    }

    /// Lines of YAML that give a branch a checkout of its own.
    static func ownCheckout(of branch: String) -> String {
        "give the branch a checkout of its own, below checkout of git-clone: `- {branch: \(branch), create: true, path: ./out}`; "
            + "let the steps write to ./out, and commit and push that"
    }
}
