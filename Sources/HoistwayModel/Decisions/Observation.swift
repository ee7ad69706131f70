/// What a look at a registry or a repository found for one subscription.
package struct Observation: Sendable, Equatable {
    package var subscription: SubscriptionKey
    /// The newest by the subscription's rules; `nil` where nothing fits.
    package var newest: Artifact?
    /// Where the branch is; `nil` where tags are followed.
    package var head: ObjectID?
    /// What was known when the look began: it takes a while, and events go on.
    package var known: SubscriptionRecord?
    /// Why the branch's head makes no freight; `nil` where it does.
    package var leftOut: String?
    /// Commits that were met on the way to the newest and only land what promotions had pushed, newest first.
    package var merges: [SubscriptionRecord.OwnMerge]
    /// Moved tags that were met on the way to the newest, and are kept out.
    package var held: [SubscriptionRecord.HeldTag]
    /// Tags that are skipped, with the reason, for people.
    package var skipped: [String]
    /// Why something that may be newer could not be looked at; `nil` where all could.
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

    /// Whether events have told of something since the look began.
    func isOutdated(by present: SubscriptionRecord?) -> Bool {
        present?.newest != known?.newest || present?.head != known?.head
    }
}
