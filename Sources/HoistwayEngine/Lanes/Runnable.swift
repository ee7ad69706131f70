import HoistwayModel

/// Promotions that share pushes: those of one project whose first push goes to one repository.
struct LaneKey: Hashable, Sendable {
    var project: String
    /// As ``RepositoryIdentity`` has it; empty where a promotion clones nothing.
    var repository: String
}

/// How a lane's repository is reached: promotions that write its URL alike share one look and one push.
struct LaneRemote: Hashable, Sendable {
    var url: String
    var insecureSkipTLSVerify: Bool
}

/// Which promotions may run now: of each stage the head of its queue, unless it waits for its next try.
struct Runnable: Sendable {
    private(set) var lanes: [LaneKey: [PromotionRecord]] = [:]
    /// Those that look at Applications or pull requests again: they need no lane.
    private(set) var looks: [PromotionRecord] = []
    /// When the first of those that wait is due.
    private(set) var nextDue: Timestamp?

    /// - Parameters:
    ///   - lanes: of the promotions that are open; others wait.
    ///   - isApart: whether the promotion runs beside its lane.
    init(
        state: PipelineState,
        now: Timestamp,
        lanes known: [PromotionID: LaneKey],
        isApart: (PromotionID) -> Bool
    ) {
        var heads: [StageKey: PromotionRecord] = [:]
        for record in state.openPromotions {
            guard let other = heads[record.stage] else {
                heads[record.stage] = record
                continue
            }
            if Self.precedes(record, other) { heads[record.stage] = record }
        }
        for record in heads.values.sorted(by: { $0.id < $1.id }) {
            let longest =
                record.awaitedPullRequest == nil ? NextTry.horizon : NextTry.horizonOfPullRequests
            if let due = record.nextTry, !NextTry.isDue(due, within: longest, now: now) {
                nextDue = min(nextDue ?? due, due)
            } else if isApart(record.id) {
                continue
            } else if record.isLooking, record.abortedBy == nil {
                looks.append(record)
            } else if let lane = known[record.id] {
                lanes[lane, default: []].append(record)
            }
        }
    }

    private static func precedes(_ left: PromotionRecord, _ right: PromotionRecord) -> Bool {
        let leftRuns = left.phase == .running
        return leftRuns == (right.phase == .running) ? left.id < right.id : leftRuns
    }
}
