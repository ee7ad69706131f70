/// The result of a look at a registry or a repository for one subscription.
package struct Observation: Sendable, Equatable {
    package var subscription: SubscriptionKey
    /// The newest artifact by the subscription's rules; `nil` where none matches.
    package var newest: Artifact?
    /// The head of the branch; `nil` where tags are followed.
    package var head: ObjectID?
    /// The record at the beginning of the look: a look takes time, and events arrive meanwhile.
    package var known: SubscriptionRecord?
    /// Why the branch's head makes no freight; `nil` where it does.
    package var leftOut: String?
    /// Commits on the way to the newest one that only merge the pushes of promotions, newest first.
    package var merges: [SubscriptionRecord.OwnMerge]
    /// Moved tags on the way to the newest one that are refused.
    package var held: [SubscriptionRecord.HeldTag]
    /// Tags that are skipped, with the reason, for people.
    package var skipped: [String]
    /// Why something that may be newer could not be looked at; `nil` where everything could.
    package var failure: String?

    package init(
        subscription: SubscriptionKey,
        newest: Artifact?,
        head: ObjectID? = nil,
        known: SubscriptionRecord?,
        leftOut: String? = nil,
        merges: [SubscriptionRecord.OwnMerge] = [],
        held: [SubscriptionRecord.HeldTag] = [],
        skipped: [String] = [],
        failure: String? = nil
    ) {
        self.subscription = subscription
        self.newest = newest
        self.head = head
        self.known = known
        self.leftOut = leftOut
        self.merges = merges
        self.held = held
        self.skipped = skipped
        self.failure = failure
    }

    /// Whether events have changed the record since the look began.
    func isOutdated(by present: SubscriptionRecord?) -> Bool {
        present?.newest != known?.newest || present?.head != known?.head
    }
}
