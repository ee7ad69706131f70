import HoistwayModel
import HoistwayPorts
import Synchronization

/// A step for a pull request of a Git host.
///
/// Each pass begins with a look at the host: earlier actions are found there, not in the stored state.
protocol PullRequestStep: Sendable {
    static var schema: StepSchema { get }
    /// Takes a configuration that its schema accepts.
    init(_ config: StepConfiguration)
    func run(_ pass: PullRequestPass) async throws(StepFailure) -> LookingPass
    /// What it has changed at the host before the program ended during a write, for people; it reads, and writes
    /// nothing.
    func traces(_ pass: PullRequestPass) async throws(StepFailure) -> String
    /// What the step would do, for people; it sends no request.
    ///
    /// - Parameter config: keys whose expressions have no value yet are absent.
    static func preview(_ config: StepConfiguration) -> String
}

/// One pass of a step over its repository.
struct PullRequestPass: Sendable {
    let context: StepContext
    let access: ForgeAccess
    let forge: any Forge
    let remote: any GitRemote
    /// The repository, without user part.
    let repository: String
    let provider: String?
    let insecureSkipTLSVerify: Bool
    private let pollSeconds: Double?
    /// Whether the intent to write is stored.
    let mayWrite: Bool
    let seen = SeenPullRequest()

    init(
        _ context: StepContext,
        _ access: ForgeAccess,
        _ config: StepConfiguration,
        mayWrite: Bool
    ) throws(StepFailure) {
        let url = config.requiredText("repoURL")
        let project = context.stage.project
        let insecure = config.flag("insecureSkipTLSVerify")
        provider = config.text("provider")
        do throws(ForgeFailure) {
            forge = try access.forges.forge(
                url,
                provider: provider,
                project: project,
                insecureSkipTLSVerify: insecure
            )
        } catch {
            throw .forge(error)
        }
        do throws(GitFailure) {
            remote = try context.remotes.remote(url, project: project, insecureSkipTLSVerify: insecure)
        } catch {
            throw .git(error)
        }
        repository = URLText.withoutUser(url)
        insecureSkipTLSVerify = insecure
        pollSeconds = config.text("pollInterval").flatMap { GoDuration.parse($0) }.map { $0 / .seconds(1) }
        self.context = context
        self.access = access
        self.mayWrite = mayWrite
    }

    /// - Throws: ``StepFailure/cannotAct(_:hint:)`` where the repository has no such pull request.
    func pullRequest(_ number: Int) async throws(StepFailure) -> PullRequest {
        let found = try await atForge { () throws(ForgeFailure) in try await forge.pullRequest(number) }
        guard let found else { throw .cannotAct("\(repository) has no pull request #\(number)", hint: nil) }
        see(found)
        return found
    }

    /// Keeps the record of the step's pull request, for any end of the pass.
    func see(_ pull: PullRequest) { seen.pull = promoted(pull) }

    /// The step is not done until something happens to the pull request.
    ///
    /// - Parameter pause: time until the next look, if no event reports a change.
    func waiting(
        for pull: PullRequest,
        _ why: String,
        target: String,
        pause: Duration,
        isMerge: Bool
    ) -> StepOutcome {
        var outcome = StepOutcome(.waiting(why, after: pause), output: output(of: pull))
        outcome.pullRequest = PullRequestWait(
            repository: repository,
            provider: provider,
            insecureSkipTLSVerify: insecureSkipTLSVerify,
            number: pull.number,
            seen: pull.updatedAt,
            lookedAt: context.clock?.now(),
            pollSeconds: pollSeconds,
            isMerge: isMerge
        )
        outcome.pull = promoted(pull)
        outcome.memory = .map(["target": .string(target)])
        return outcome
    }

    /// The pull request's target branch at the promotion's first look.
    func target(of pull: PullRequest) -> String { context.memory?["target"]?.string ?? pull.targetBranch }

    /// The last commit that the promotion itself has pushed to the branch of a pull request; `nil`: none.
    func pushedHead(of pull: PullRequest) -> ObjectID? {
        guard !pull.isFromFork else { return nil }
        let identity = RepositoryIdentity(remote.displayURL)
        return context.promotion.branches.last {
            $0.pushed && $0.kind != .tag && $0.branch == pull.sourceBranch && RepositoryIdentity($0.remote) == identity
        }?.commit
    }

    /// The branches of a pull request, as Git has them.
    func branches(of pull: PullRequest, target: String) async throws(StepFailure) -> PullRequestProgress.Branches {
        // After a merge they do not matter, and the branches of a fork are in another repository.
        guard !pull.isMerged, !pull.isFromFork else { return PullRequestProgress.Branches() }
        let (source, into) = ("refs/heads/" + pull.sourceBranch, "refs/heads/" + target)
        let snapshot = try await atRemote { () throws(GitFailure) in try await remote.refs(prefixes: [source, into]) }
        var branches = PullRequestProgress.Branches(hasSource: snapshot.refs[source] != nil)
        if !branches.hasSource { seen.pull?.isBranchGone = true }
        guard let head = pull.head, let tip = snapshot.refs[into] else { return branches }
        branches.targetHasHead = tip == head
        // After a push by hand, the pull request gets closed; for an open one it is enough to compare the tip.
        if !branches.targetHasHead, pull.state == .closed {
            branches.targetHasHead = try await atRemote { () throws(GitFailure) in
                try await remote.history(from: tip, until: nil, limit: Self.maxHistory).contains { $0.id == head }
            }
        }
        return branches
    }

    /// How many commits below a branch's head are searched for the head of a pull request.
    private static let maxHistory = 200

    /// What the merge has put on the branch, for the check of whose commits these are; `nil`: the host does not show
    /// it.
    func landed(_ pull: PullRequest, _ commit: ObjectID?) -> LandedPullRequest? {
        guard let commit, let head = pull.head else { return nil }
        return LandedPullRequest(
            remote: remote,
            sourceBranch: pull.sourceBranch,
            targetBranch: pull.targetBranch,
            head: head,
            commit: commit
        )
    }

    /// Its record from now on.
    func promoted(_ pull: PullRequest, commit: ObjectID? = nil) -> PromotedPull {
        PromotedPull(pull, repository: repository, commit: commit)
    }

    // MARK: Outputs

    /// The outputs of all three steps for a pull request.
    func output(of pull: PullRequest, commit: ObjectID? = nil) -> [String: ConfigValue] {
        var output: [String: ConfigValue] = [
            "pr": .map([
                "id": .number(Double(pull.number)), "url": .string(pull.url), "open": .bool(pull.state == .open),
                "merged": .bool(pull.isMerged),
            ]),
            "prNumber": .number(Double(pull.number)), "branch": .string(pull.targetBranch),
        ]
        if let commit { output["commit"] = .string(commit.hex) }
        return output
    }
}

/// The pull request that one pass has read last: a later failure does not remove it.
final class SeenPullRequest: Sendable {
    private let last = Mutex<PromotedPull?>(nil)

    var pull: PromotedPull? {
        get { last.withLock { $0 } }
        set { last.withLock { $0 = newValue } }
    }
}
