/// A stage's present and past freight.
package struct StageRecord: Sendable, Equatable, Codable {
    package static let maxHistory = 10

    /// Freight by warehouse name.
    package struct Collection: Sendable, Equatable, Codable {
        package var items: [String: FreightID]
        package var promotion: PromotionID
        package var at: Timestamp
        /// Where it stands on each branch of the stage; `nil`: an older version recorded it.
        package var commits: [Place]?
        /// By warehouse: why the freight is not in the stage though its promotion succeeded; `nil`: all of it is.
        package var undelivered: [String: String]?
        /// Which commit was delivered for each commit that the freight carries; `nil`: none, or not on record.
        package var deliveredCommits: [DeliveredCommit]?

        package init(
            items: [String: FreightID],
            promotion: PromotionID,
            at: Timestamp,
            commits: [Place]? = nil,
            undelivered: [String: String]? = nil,
            deliveredCommits: [DeliveredCommit]? = nil
        ) {
            self.items = items
            self.promotion = promotion
            self.at = at
            self.commits = commits
            self.undelivered = undelivered
            self.deliveredCommits = deliveredCommits
        }

        /// Why this freight is not in the stage, for a sentence; `nil` where it is, or is no freight of this collection.
        package func undelivered(_ freight: FreightID) -> String? {
            items.first { $0.value == freight }.flatMap { undelivered?[$0.key] }
        }

        /// The last commit of the stage on a branch.
        package struct Place: Sendable, Equatable, Codable {
            package var branch: BranchKey
            package var commit: ObjectID

            package init(branch: BranchKey, commit: ObjectID) {
                self.branch = branch
                self.commit = commit
            }
        }
    }

    /// The present freight is not on a branch of the stage any more.
    package struct Lost: Sendable, Equatable, Codable {
        package var branch: BranchKey
        /// What was found there instead; part of a sentence.
        package var reason: String
        package var since: Timestamp

        package init(branch: BranchKey, reason: String, since: Timestamp) {
            self.branch = branch
            self.reason = reason
            self.since = since
        }

        /// How the freight comes back; a clause.
        ///
        /// - Parameter drift: where the branch has drifted to, if it has: nothing is promoted there before that is settled.
        package func remedy(stage: StageKey, freight alias: String, drift: ObjectID?) -> String {
            let promote = "`hoistway promote \(stage) \(alias)` brings it back"
            return drift == nil ? promote : "look at the branch, then `hoistway adopt \(stage)`; after that \(promote)"
        }
    }

    /// Why nothing is promoted to a stage by itself until a person has looked.
    package struct Pause: Sendable, Equatable, Codable {
        package enum Kind: String, Sendable, Codable {
            /// What its branches hold is not known, since they could not be read: promotions are made, and look again
            /// before they push.
            case notLooked
            /// Its branches bear commits of promotions that this state knows nothing of.
            case lostState
            /// Another instance, or another updater, commits what this stage commits.
            case twoWriters
        }

        package var kind: Kind
        /// One sentence for people.
        package var reason: String
        package var since: Timestamp
        /// Whether the branches bear promotions by Hoistway, so that the stage's freight can be taken over from them.
        package var isHoistways: Bool?

        package init(kind: Kind, reason: String, since: Timestamp, isHoistways: Bool? = nil) {
            self.kind = kind
            self.reason = reason
            self.since = since
            self.isHoistways = isHoistways
        }

        /// `adopt --from-branches` ends it.
        package var canBeRestored: Bool { kind == .lostState || isHoistways == true }
    }

    /// From when a stage promotes that was observed before.
    package struct ObservedUntil: Sendable, Equatable, Codable {
        /// By warehouse: when the newest freight was discovered that is not promoted automatically.
        package var newest: [String: Timestamp]
        package var at: Timestamp

        package init(newest: [String: Timestamp], at: Timestamp) {
            self.newest = newest
            self.at = at
        }
    }

    package var key: StageKey
    /// Newest first, at most `maxHistory`.
    package var history: [Collection]
    package var lastPromotion: PromotionID?
    package var pause: Pause?
    /// As of the last look at the configuration; `nil`: an older version recorded the stage.
    package var mode: PromotionMode?
    /// `nil`: the stage was never observed.
    package var observedUntil: ObservedUntil?
    /// Found by the last look at its branches; `nil`: what is recorded is there.
    package var lost: Lost?
    /// What `set-metadata` has put there; `nil`: nothing.
    package var metadata: [String: ConfigValue]?

    package init(
        key: StageKey,
        history: [Collection] = [],
        lastPromotion: PromotionID? = nil,
        pause: Pause? = nil
    ) {
        self.key = key
        self.history = history
        self.lastPromotion = lastPromotion
        self.pause = pause
    }

    /// `nil` where its branches have lost it, too.
    package func current(of warehouse: String) -> FreightID? {
        lost == nil ? history.first?.items[warehouse] : nil
    }

    /// The last commit of the stage on the branch, as far as it is on record.
    package func commit(on branch: BranchKey, _ state: PipelineState) -> ObjectID? {
        if let places = history.first?.commits { return places.first { $0.branch == branch }?.commit }
        let own = state.promotions.values.filter { $0.stage == key }.sorted { $0.id < $1.id }
        return own.flatMap(\.branches).last {
            $0.isOnStageBranch && BranchKey(remote: $0.remote, branch: $0.branch) == branch
        }?.commit
    }
}
