import HoistwayModel

/// Promotions that share pushes: those of one project whose first push goes to one repository.
struct LaneKey: Hashable, Sendable {
    var project: String
    /// Empty where a promotion clones nothing.
    var repoURL: String
}

/// Which promotions may run now: of each stage the head of its queue, unless it waits for its next try.
struct Runnable: Sendable {
    private(set) var lanes: [LaneKey: [PromotionRecord]] = [:]
    /// When the first of those that wait is due.
    private(set) var nextDue: Timestamp?

    /// - Parameter isApart: whether the promotion runs beside its lane.
    init(state: PipelineState, now: Timestamp, isApart: (PromotionID) -> Bool) {
        var heads: [StageKey: PromotionRecord] = [:]
        for record in state.promotions.values where !record.phase.isTerminal {
            guard let other = heads[record.stage] else {
                heads[record.stage] = record
                continue
            }
            if Self.precedes(record, other) { heads[record.stage] = record }
        }
        for record in heads.values.sorted(by: { $0.id < $1.id }) {
            if let due = record.nextTry, !NextTry.isDue(due, now: now) {
                nextDue = min(nextDue ?? due, due)
            } else if !isApart(record.id) {
                lanes[Self.lane(of: record), default: []].append(record)
            }
        }
    }

    static func lane(of record: PromotionRecord) -> LaneKey {
        LaneKey(project: record.stage.project, repoURL: PromotionPlan(steps: record.steps).lane?.repoURL ?? "")
    }

    private static func precedes(_ left: PromotionRecord, _ right: PromotionRecord) -> Bool {
        let leftRuns = left.phase == .running
        return leftRuns == (right.phase == .running) ? left.id < right.id : leftRuns
    }
}
