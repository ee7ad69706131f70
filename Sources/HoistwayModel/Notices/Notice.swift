/// Events for which people can get notifications.
package enum NoticeEvent: String, Sendable, Codable, CaseIterable {
    /// A promotion ended without success.
    case promotionFailed = "promotion-failed"
    /// The remote (a protected branch, a hook), or a rule of "touch only your own", refused a promotion.
    case promotionRefused = "promotion-refused"
    /// A promotion exceeds its stage's limits and waits for `promote --accept`.
    case acceptanceNeeded = "acceptance-needed"
    /// A promotion has been tried again for a quarter of an hour, and more tries follow.
    case promotionRetrying = "promotion-retrying"
    /// Another program commits to a stage's branch too.
    case twoWriters = "two-writers"
    /// A branch that a stage writes was forced, reset, deleted or recreated.
    case branchDrifted = "branch-drifted"
    /// A branch no longer has the freight that was promoted to its stage.
    case freightLost = "freight-lost"
    /// A stage's branches have promotions that this state does not contain.
    case stateLost = "state-lost"
    /// A delivery could not be decided.
    case deliveryFailed = "delivery-failed"
    /// Sent by `hoistway notify test`.
    case test

    /// The events that a configuration may name; `test` goes only to the requested target.
    package static var allCases: [NoticeEvent] {
        [
            .promotionFailed, .promotionRefused, .acceptanceNeeded, .promotionRetrying, .twoWriters, .branchDrifted,
            .freightLost, .stateLost, .deliveryFailed,
        ]
    }
}

/// An event with its subject; every text may come from a payload.
package struct Occurrence: Sendable, Equatable, Codable {
    /// Longest reason or summary that is kept, in Unicode scalars.
    package static let maxText = 1000

    package var event: NoticeEvent
    package var at: Timestamp
    /// The affected projects; `nil`: all.
    package var projects: [String]?
    package var stage: StageKey?
    package var freight: FreightID?
    /// The artifacts of the freight, in one line.
    package var summary: String?
    package var promotion: PromotionID?
    package var delivery: Int64?
    package var receiver: String?
    /// The mode of its promotion; `nil`: there is none, or an older version recorded it.
    package var mode: PromotionMode?
    package var reason: String
    /// The action for a person; `nil` where there is none.
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

    /// Counts scalars, since one character can have any length.
    private static func cut(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(maxText)))
    }
}

/// A message to one target; it stays in the state until it is accepted or given up.
package struct Notice: Sendable, Equatable, Codable {
    /// The same for every try, so that a target can recognise a repetition.
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

/// The events that a target gets.
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

    /// A target gets only events whose projects are all among its own.
    package func wants(_ occurrence: Occurrence) -> Bool {
        guard events.contains(occurrence.event) else { return false }
        guard let projects else { return true }
        guard let concerned = occurrence.projects, !concerned.isEmpty else { return false }
        return concerned.allSatisfy(projects.contains)
    }
}
