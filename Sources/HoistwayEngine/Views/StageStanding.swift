import HoistwayModel
import HoistwayPorts

/// The state of a stage in one word, with a reason and its start.
struct StageStanding: Sendable, Equatable {
    var state: StageState
    var since: Timestamp?
    var reason: String

    private init(_ state: StageState, since: Timestamp? = nil, _ reason: String = "") {
        self.state = state
        self.since = since
        self.reason = reason
    }

    /// - Parameters:
    ///   - open: the promotion at the head of the queue.
    ///   - last: the last promotion that has ended.
    init(
        stage: Stage,
        mode: PromotionMode,
        record: StageRecord?,
        open: PromotionRecord?,
        last: EndedPromotion?,
        health: StageHealth,
        pauses: [PauseView],
        now: Timestamp
    ) {
        guard stage.promotion != .controlFlow else {
            self.init(.controlFlow)
            return
        }
        if let standing = Self.trouble(open: open, last: last, pauses: mode == .promote ? pauses : [], record: record) {
            self = standing
        } else if health.status == .unhealthy {
            self.init(.unhealthy, since: health.since, health.reason)
        } else if let open {
            self = Self.standing(of: open, now: now)
        } else {
            self = Self.rest(record: record, last: last, health: health)
        }
    }

    /// The state that a person must look at.
    private static func trouble(
        open: PromotionRecord?,
        last: EndedPromotion?,
        pauses: [PauseView],
        record: StageRecord?
    ) -> StageStanding? {
        // A newer promotion replaces a failed one.
        if open == nil, let last, last.phase == .failed || last.phase == .errored {
            let state: StageState = last.awaitsAcceptance ? .awaitsAcceptance : .failed
            return StageStanding(state, since: last.finishedAt, last.message)
        }
        let held = pauses.filter { $0.kind != .notLooked }
        if let first = held.first {
            return StageStanding(.paused, since: held.compactMap(\.since).min(), first.reason)
        }
        return record?.lost.map { StageStanding(.freightLost, since: $0.since, "\($0.branch.branch): \($0.reason)") }
    }

    private static func standing(of open: PromotionRecord, now: Timestamp) -> StageStanding {
        let progress = open.lastProgress
        if !open.isWaiting, now - progress > AttentionView.patience {
            return StageStanding(.stuck, since: progress, open.message)
        }
        let isRunning = open.phase == .running && !open.isWaiting
        return StageStanding(isRunning ? .promoting : .pending, since: open.startedAt ?? open.createdAt, open.message)
    }

    private static func rest(record: StageRecord?, last: EndedPromotion?, health: StageHealth) -> StageStanding {
        guard let present = record?.history.first else {
            return StageStanding(.empty, since: last?.finishedAt, last?.message ?? "")
        }
        if let status = health.status, status != .healthy {
            return StageStanding(.progressing, since: health.since, health.reason)
        }
        return StageStanding(.ready, since: present.at)
    }
}

extension PromotionRecord {
    /// The time of the last progress: a step or the promotion itself began or ended, or lasting trouble began.
    var lastProgress: Timestamp {
        if let trouble { return trouble.since }
        let steps = stepRecords.flatMap { [$0.startedAt, $0.finishedAt] }.compactMap(\.self)
        return ([startedAt ?? createdAt] + steps).max() ?? createdAt
    }
}
