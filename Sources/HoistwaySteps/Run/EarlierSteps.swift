import HoistwayModel

/// Steps of the present run that an earlier try finished before its last effect, and that act on no other system.
///
/// Their records and outputs stay. Those that change the workspace run again with their old configuration, only to
/// restore files. If a branch that is still to be pushed has moved meanwhile, a new run begins: from the step that
/// checks it out, steps count as if they had never run.
struct EarlierSteps: Sendable {
    private var records: [Int: StepRecord] = [:]
    /// The branches that have moved, for people; not empty: a new run has begun.
    private(set) var moved: [String] = []

    init(of promotion: PromotionRecord, steps: [StepTemplate], resumption: Resumption) {
        guard let last = resumption.lastActed else { return }
        for (position, step) in steps.enumerated().prefix(last).dropFirst(resumption.finished.count) {
            guard resumption.pushed[position] == nil, resumption.done[position] == nil,
                let record = promotion.record(of: step), record.status.isFinal
            else { continue }
            records[position] = record
        }
    }

    var positions: [Int] { Array(records.keys) }

    /// `nil`: the step runs as if for the first time.
    subscript(position: Int) -> StepRecord? { moved.isEmpty ? records[position] : nil }

    /// The record of a step from an earlier run, also after a new run has begun.
    func former(_ position: Int) -> StepRecord? { records[position] }

    mutating func beginNewRun(since branches: [String]) {
        for branch in branches where !moved.contains(branch) { moved.append(branch) }
    }

    /// The branches that a checkout shows at another commit than the recorded one, except those that the promotion
    /// itself has pushed.
    ///
    /// - Parameters:
    ///   - config: of the `git-clone` step, without expressions.
    ///   - heads: the commits of its checkouts, as its outputs name them, then and now.
    ///   - branches: the branch of each checkout, by path; the default branch too.
    static func moved(
        _ config: ConfigValue,
        heads: (before: ConfigValue?, now: ConfigValue?),
        branches: [String: String],
        isOwn: (_ branch: String) -> Bool
    ) -> [String] {
        (config["checkout"]?.list ?? []).compactMap { checkout in
            guard let path = checkout["path"]?.string else { return nil }
            let label = checkout["as"]?.string ?? path
            guard let before = heads.before?[label]?.string, let now = heads.now?[label]?.string, before != now else {
                return nil
            }
            let branch = branches[path] ?? checkout["branch"]?.string ?? ""
            return isOwn(branch) ? nil : branch.isEmpty ? "the default branch" : branch
        }
    }
}

extension PromotionRecord {
    /// The stored record of a step.
    func record(of step: StepTemplate) -> StepRecord? {
        stepRecords.first { $0.alias == step.alias && $0.uses == step.uses }
    }
}
