/// What people can be told of without asking.
package enum NoticeEvent: String, Sendable, Codable, CaseIterable {
    /// A promotion ended without success.
    case promotionFailed = "promotion-failed"
    /// The remote (a protected branch, a hook), or a rule of "touch only your own", said no.
    case promotionRefused = "promotion-refused"
    /// A promotion exceeds its stage's limits and waits for `promote --accept`.
    case acceptanceNeeded = "acceptance-needed"
    /// A promotion has been tried again for a quarter of an hour, and goes on.
    case promotionRetrying = "promotion-retrying"
    /// Another program commits to a stage's branch too.
    case twoWriters = "two-writers"
    /// A branch that a stage writes was forced, put back, deleted or made again.
    case branchDrifted = "branch-drifted"
    /// A branch does not have the freight any more that was promoted to its stage.
    case freightLost = "freight-lost"
    /// A stage's branches bear promotions that this state knows nothing of.
    case stateLost = "state-lost"
    /// A delivery could not be decided.
    case deliveryFailed = "delivery-failed"
    /// Sent by `hoistway notify test`.
    case test

    /// Those that a configuration may name; `test` goes to whoever was named for it.
    package static var allCases: [NoticeEvent] {
        [
            .promotionFailed, .promotionRefused, .acceptanceNeeded, .promotionRetrying, .twoWriters, .branchDrifted,
            .freightLost, .stateLost, .deliveryFailed,
        ]
    }
}

/// Something that happened, with what it is about; every text may come from a payload.
package struct Occurrence: Sendable, Equatable, Codable {
    /// Longest reason or summary that is kept, in Unicode scalars.
    package static let maxText = 1000

    package var event: NoticeEvent
    package var at: Timestamp
    /// The projects that it concerns; `nil`: all.
    package var projects: [String]?
    package var stage: StageKey?
    package var freight: FreightID?
    /// What the freight is, in one line.
    package var summary: String?
    package var promotion: PromotionID?
    package var delivery: Int64?
    package var receiver: String?
    /// Of the promotion that it is about; `nil`: of none, or an older version recorded it.
    package var mode: PromotionMode?
    package var reason: String
    /// What to do; `nil` where nothing is to be done.
    package var next: String?

    package init(
        _ event: NoticeEvent,
        at: Timestamp,
        projects: [String]?,
        stage: StageKey? = nil,
        freight: FreightID? = nil,
        summary: String? = nil,
        promotion: PromotionID? = nil,
        delivery: Int64? = nil,
        receiver: String? = nil,
        mode: PromotionMode? = nil,
        reason: String,
        next: String? = nil
    ) {
        self.event = event
        self.at = at
        self.projects = projects
        self.stage = stage
        self.freight = freight
        self.summary = summary.map(Self.cut)
        self.promotion = promotion
        self.delivery = delivery
        self.receiver = receiver
        self.mode = mode
        self.reason = Self.cut(reason)
        self.next = next
    }

    /// By scalars: one character can be of any length.
    private static func cut(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(maxText)))
    }
}

/// A message on its way to one target; it stays in the state until it was taken, or given up.
package struct Notice: Sendable, Equatable, Codable {
    /// The same at every try, so that a target can tell a repetition.
    package var id: String
    /// The name of the notification in the configuration.
    package var target: String
    package var occurrence: Occurrence
    /// Failed tries.
    package var attempts: Int
    package var nextTry: Timestamp?

    package init(id: String, target: String, occurrence: Occurrence, attempts: Int = 0, nextTry: Timestamp? = nil) {
        self.id = id
        self.target = target
        self.occurrence = occurrence
        self.attempts = attempts
        self.nextTry = nextTry
    }
}

/// Who wants to know what.
package struct NoticeRule: Sendable, Equatable {
    package var target: String
    package var events: Set<NoticeEvent>
    /// `nil`: all.
    package var projects: [String]?

    package init(target: String, events: Set<NoticeEvent>, projects: [String]?) {
        self.target = target
        self.events = events
        self.projects = projects
    }

    /// What concerns projects that are not this target's is not told to it.
    package func wants(_ occurrence: Occurrence) -> Bool {
        guard events.contains(occurrence.event) else { return false }
        guard let projects else { return true }
        guard let concerned = occurrence.projects, !concerned.isEmpty else { return false }
        return concerned.allSatisfy(projects.contains)
    }
}
