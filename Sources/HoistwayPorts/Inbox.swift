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

/// An authentic request, as the receiver hands it over.
///
/// No authentication header is part of it.
package struct IncomingDelivery: Sendable {
    package var receiver: String
    /// The sender's id for this delivery, where it has one: `X-GitHub-Delivery` and its like.
    package var senderID: String?
    /// Whether the signature covers that id.
    ///
    /// Then it alone tells a resend from a new event, and an equal body under another id is a new event; otherwise
    /// anybody could send a recorded body again under an id of their own.
    package var isSenderIDProven: Bool
    /// What it is known again by, 32 bytes: of the body, or of the signed document where that travels in a form.
    package var bodySHA256: [UInt8]
    /// What decoding needs: event names, content type.
    ///
    /// Never `Authorization`, tokens or signatures.
    package var headers: [HeaderLine]
    package var body: [UInt8]
    package var receivedAt: Timestamp
    /// The scheme that proved it, and which secret matched, by position: `github-hmac-sha256#0`.
    package var verdict: String
    /// Whether the body itself is proven, so that its content needs no confirmation.
    package var isEvidence: Bool
    /// Sent by `hoistway replay`: the duplicate check is passed over.
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

/// What the inbox made of a delivery.
package enum InboxAnswer: Sendable, Equatable {
    /// On disk, synced.
    case stored(DeliveryID)
    /// Known by sender's id or by body. `drivenAgain`: it had failed or been ignored, and is queued once more.
    case duplicate(of: DeliveryID, drivenAgain: Bool)
    /// Not on disk: full, locked, or shutting down. The text is for the log.
    case unavailable(String)
}

/// Receives answers; called on the writer's thread, once for all of its answers that share a commit.
package protocol InboxReply: AnyObject, Sendable {
    func answered(_ answers: [(ticket: UInt64, answer: InboxAnswer)])
}

/// Where deliveries become durable.
package protocol Inbox: Sendable {
    /// Queues a delivery for the next commit; `reply` gets exactly one answer with this ticket.
    func submit(_ delivery: IncomingDelivery, ticket: UInt64, reply: any InboxReply)
    /// A value whenever deliveries became pending since the last one was taken; ends when the inbox closes.
    func arrivals() -> AsyncStream<Void>
}

/// What became of a delivery.
package enum DeliveryState: String, Sendable, Codable, CaseIterable {
    /// Stored, not yet decoded.
    case received
    /// Decoded; something outside must answer first, and the reason says what.
    case waiting
    case done
    case ignored
    case failed
}

/// A delivery as it lies in the inbox.
package struct StoredDelivery: Sendable, Equatable {
    package var id: DeliveryID
    package var receiver: String
    package var senderID: String?
    package var headers: [HeaderLine]
    /// Empty in listings.
    package var body: [UInt8]
    /// Whether the body is there, and cannot be read any more.
    package var isDamaged: Bool
    package var receivedAt: Timestamp
    package var verdict: String
    package var isEvidence: Bool
    package var state: DeliveryState
    /// For a person: what came of it, or what it waits for.
    package var reason: String
    /// When a waiting one is tried again.
    package var nextTry: Timestamp?
    package var attempts: Int
    /// Only of a failed one.
    package var failureKind: DeliveryFailureKind?
    /// What each subscription made of each event, as far as that is known.
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
