package import HoistwayModel

/// The number of a delivery in the inbox; later ones are greater.
package struct DeliveryID: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    package let number: Int64

    package init(_ number: Int64) {
        self.number = number
    }

    package var description: String { String(number) }

    package static func < (left: DeliveryID, right: DeliveryID) -> Bool { left.number < right.number }
}

/// An authentic request, as the receiver passes it on.
///
/// No authentication header is part of it.
package struct IncomingDelivery: Sendable {
    package var receiver: String
    /// The sender's id for this delivery, where there is one, such as `X-GitHub-Delivery`.
    package var senderID: String?
    /// Whether the signature covers that id.
    ///
    /// If so, the id alone separates a resend from a new event: the same body with another id is a new event. Otherwise
    /// anybody could send a recorded body again with a new id.
    package var isSenderIDProven: Bool
    /// The hash by which a duplicate is found, 32 bytes: of the body, or of the signed document if a form carries it.
    package var bodySHA256: [UInt8]
    /// The headers that decoding needs: event names, content type.
    ///
    /// Never `Authorization`, tokens or signatures.
    package var headers: [HeaderLine]
    package var body: [UInt8]
    package var receivedAt: Timestamp
    /// The scheme that proved the request, and the position of the matching secret: `github-hmac-sha256#0`.
    package var verdict: String
    /// Whether the body itself is proven, so that its content need not be confirmed.
    package var isEvidence: Bool
    /// Sent by `hoistway replay`: there is no check for duplicates.
    package var isReplay: Bool

    package init(
        receiver: String,
        senderID: String?,
        bodySHA256: [UInt8],
        headers: [HeaderLine],
        body: [UInt8],
        receivedAt: Timestamp,
        verdict: String,
        isEvidence: Bool,
        isReplay: Bool = false,
        isSenderIDProven: Bool = false
    ) {
        self.receiver = receiver
        self.senderID = senderID
        self.isSenderIDProven = isSenderIDProven
        self.bodySHA256 = bodySHA256
        self.headers = headers
        self.body = body
        self.receivedAt = receivedAt
        self.verdict = verdict
        self.isEvidence = isEvidence
        self.isReplay = isReplay
    }
}

/// The inbox's result for a delivery.
package enum InboxAnswer: Sendable, Equatable {
    /// Stored and synced to disk.
    case stored(DeliveryID)
    /// The sender's id or the body was seen before. `requeued`: that delivery had failed or was ignored, and is
    /// queued again.
    case duplicate(of: DeliveryID, requeued: Bool)
    /// Not on disk: full, locked, or shutting down. The text goes to the log.
    case unavailable(String)
}

/// Gets the results; called on the writer's thread, once for all of its results in one commit.
package protocol InboxReply: AnyObject, Sendable {
    func answered(_ answers: [(ticket: UInt64, answer: InboxAnswer)])
}

/// Stores deliveries durably.
package protocol Inbox: Sendable {
    /// Queues a delivery for the next commit; `reply` gets exactly one result with this ticket.
    func submit(_ delivery: IncomingDelivery, ticket: UInt64, reply: any InboxReply)
    /// Gives a value when deliveries became pending after the last value was taken; ends when the inbox closes.
    func arrivals() -> AsyncStream<Void>
}

/// The state of a delivery.
package enum DeliveryState: String, Sendable, Codable, CaseIterable {
    /// Stored, not yet decoded.
    case received
    /// Decoded; another system must answer first, and the reason says which.
    case waiting
    case done
    case ignored
    case failed
}

/// A delivery as the inbox stores it.
package struct StoredDelivery: Sendable, Equatable {
    package var id: DeliveryID
    package var receiver: String
    package var senderID: String?
    package var headers: [HeaderLine]
    /// Empty in listings.
    package var body: [UInt8]
    /// Whether the body is there but can no longer be read.
    package var isDamaged: Bool
    package var receivedAt: Timestamp
    package var verdict: String
    package var isEvidence: Bool
    package var state: DeliveryState
    /// For people: the result, or what the delivery waits for.
    package var reason: String
    /// When a waiting delivery is tried again.
    package var nextTry: Timestamp?
    package var attempts: Int
    /// Only for a failed delivery.
    package var failureKind: DeliveryFailureKind?
    /// Each subscription's decision on each event, as far as it is known.
    package var decisions: [SubscriptionDecision]

    package init(
        id: DeliveryID,
        receiver: String,
        senderID: String?,
        headers: [HeaderLine],
        body: [UInt8],
        receivedAt: Timestamp,
        verdict: String,
        isEvidence: Bool,
        state: DeliveryState,
        reason: String,
        nextTry: Timestamp? = nil,
        attempts: Int = 0,
        failureKind: DeliveryFailureKind? = nil,
        decisions: [SubscriptionDecision] = [],
        isDamaged: Bool = false
    ) {
        self.id = id
        self.receiver = receiver
        self.senderID = senderID
        self.headers = headers
        self.body = body
        self.receivedAt = receivedAt
        self.verdict = verdict
        self.isEvidence = isEvidence
        self.state = state
        self.reason = reason
        self.nextTry = nextTry
        self.attempts = attempts
        self.failureKind = failureKind
        self.decisions = decisions
        self.isDamaged = isDamaged
    }
}
