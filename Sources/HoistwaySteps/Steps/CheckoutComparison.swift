import HoistwayModel
import HoistwayPorts

/// Compares the commits of checkouts with those that the freight carries of the same repository.
///
/// A checkout by branch takes the branch's current tip. Where the freight carries a commit of the repository, the
/// promotion would then deliver another commit than the promoted one.
struct CheckoutComparison {
    private let repoURL: String
    private let carried: [(warehouse: String, commit: CommitArtifact)]
    private let plan: PromotionPlan
    private(set) var taken: [TakenCommit] = []
    private(set) var warnings: [String] = []

    init(_ context: StepContext, repoURL: String) {
        self.repoURL = repoURL
        carried = context.lookup.commits(of: repoURL)
        plan = PromotionPlan(steps: context.promotion.steps)
    }

    /// - Parameters:
    ///   - branch: its name, also where it is the default branch; `nil` for a tag or a commit.
    ///   - head: `nil` for a branch that is created.
    mutating func add(path: String, source: CheckoutSource, branch: String?, head: ObjectID?) {
        guard !carried.isEmpty, let head, isDelivered(path: path, branch: branch) else { return }
        let ref: String? =
            switch source {
            case .tag(let tag): tag
            case .branch, .defaultBranch: branch
            case .commit: nil
            }
        taken.append(TakenCommit(repoURL: repoURL, id: head, ref: ref))
        let repository = RepositoryKey(url: repoURL)?.text ?? "the repository"
        let shown = "\(path) shows \(ref.map { "\($0) of " } ?? "")\(repository) at \(head.short)"
        let others = carried.filter { $0.commit.id != head }
        guard others.count == carried.count else {
            guard !others.isEmpty, ref != nil else { return }
            warnings.append(
                "\(shown), but the freight carries \(carried.count) commits of it (\(Self.list(carried))): "
                    + "the promotion delivers only one of them"
            )
            return
        }
        let wanted =
            others.count == 1
            ? "not at the freight's commit \(others[0].commit.id.short)"
            : "at none of the freight's commits (\(Self.list(others)))"
        warnings.append("\(shown), \(wanted): the promotion delivers \(head.short)")
    }

    private func isDelivered(path: String, branch: String?) -> Bool {
        let mount = WorkspacePath(path).text
        let here = plan.checkouts.first { $0.mount == mount && FreightLookup.isSame($0.repoURL, repoURL) }
        return here.map { plan.delivers($0, branch: branch) } ?? true
    }

    private static func list(_ commits: [(warehouse: String, commit: CommitArtifact)]) -> String {
        Listing.text(commits.map { "\($0.commit.id.short) of \($0.warehouse)" })
    }
}
