/// A stage's present and past freight.
package struct StageRecord: Sendable, Equatable, Codable {
    package static let maxHistory = 10

    /// Freight by warehouse name.
    package struct Collection: Sendable, Equatable, Codable {
        package var items: [String: FreightID]
        package var promotion: PromotionID
        package var at: Timestamp
        /// Its commit on each branch of the stage; `nil`: an older version recorded it.
        package var commits: [Place]?
        /// By warehouse: why the freight is missing though its promotion succeeded; `nil`: nothing is missing.
        package var undelivered: [String: String]?
        /// The delivered commit for each commit of the freight; `nil`: there are none, or not recorded.
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

        /// Why this freight is missing, as part of a sentence; `nil` where it is not, or is not in this collection.
        package func undelivered(_ freight: FreightID) -> String? {
            items.first { $0.value == freight }.flatMap { undelivered?[$0.key] }
        }

        /// The stage's last commit on a branch.
        package struct Place: Sendable, Equatable, Codable {
            package var branch: BranchKey
            package var commit: ObjectID

            package init(branch: BranchKey, commit: ObjectID) {
                self.branch = branch
                self.commit = commit
            }
        }
    }

    /// A branch of the stage no longer has the present freight.
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

        /// How the freight comes back, as a clause.
        ///
        /// - Parameter drift: the present head of the branch, if it has drifted: nothing is promoted there until that
        ///   is solved.
        package func remedy(stage: StageKey, freight alias: String, drift: ObjectID?) -> String {
            let promote = "`hoistway promote \(stage) \(alias)` brings it back"
            return drift == nil ? promote : "look at the branch, then `hoistway adopt \(stage)`; after that \(promote)"
        }
    }

    /// Why automatic promotion to a stage is paused until a person has checked it.
    package struct Pause: Sendable, Equatable, Codable {
        package enum Kind: String, Sendable, Codable, CaseIterable, Comparable {
            /// The content of its branches is not known, since they could not be read.
            ///
            /// Promotions are made, and look at the branches before they push.
            case notLooked
            /// Its branches have commits of promotions that this state does not contain.
            case lostState
            /// Another instance, or another updater, makes the same commits as this stage.
            case twoWriters

            private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

            package static func < (left: Kind, right: Kind) -> Bool { left.rank < right.rank }
        }

        package var kind: Kind
        /// One sentence for people.
        package var reason: String
        package var since: Timestamp
        /// Whether the branches have promotions by Hoistway, so that the stage's freight can be restored from them.
        package var isHoistways: Bool?

        package init(kind: Kind, reason: String, since: Timestamp, isHoistways: Bool? = nil) {
            self.kind = kind
            self.reason = reason
            self.since = since
            self.isHoistways = isHoistways
        }

        /// The failure code of a promotion whose push it prevents.
        package var code: FailureRecord.Code {
            switch kind {
            case .notLooked: .notLooked
            case .lostState: .lostState
            case .twoWriters: .twoWriters
            }
        }

        /// Whether `adopt --from-branches` ends it.
        package var canBeRestored: Bool { kind == .lostState || isHoistways == true }
    }

    /// The moment at which a stage changed from observe mode to promote mode.
    package struct ObservedUntil: Sendable, Equatable, Codable {
        /// By warehouse: the discovery time of the newest freight that is not promoted automatically.
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
    /// At most one of each kind, in the order of ``Pause/Kind``; empty: the stage is not paused.
    package private(set) var pauses: [Pause] = []
    /// The mode at the last look at the configuration; `nil`: an older version recorded the stage.
    package var mode: PromotionMode?
    /// `nil`: the stage was never observed.
    package var observedUntil: ObservedUntil?
    /// From the last look at its branches; `nil`: they have the recorded freight.
    package var lost: Lost?
    /// The metadata from `set-metadata`; `nil`: there is none.
    package var metadata: [String: ConfigValue]?

    package init(
        key: StageKey,
        history: [Collection] = [],
        lastPromotion: PromotionID? = nil,
        pauses: [Pause] = []
    ) {
        self.key = key
        self.history = history
        self.lastPromotion = lastPromotion
        for pause in pauses { put(pause) }
    }

    // MARK: Pauses

    package func pause(_ kind: Pause.Kind) -> Pause? { pauses.first { $0.kind == kind } }

    /// The pauses that need a person; ``Pause/Kind/notLooked`` ends without one.
    package var heldUp: [Pause] { pauses.filter { $0.kind != .notLooked } }

    /// Adds a pause, and replaces one of the same kind.
    package mutating func put(_ pause: Pause) {
        pauses.removeAll { $0.kind == pause.kind }
        pauses.append(pause)
        pauses.sort { $0.kind < $1.kind }
    }

    package mutating func endPause(_ kind: Pause.Kind) { pauses.removeAll { $0.kind == kind } }

    /// `nil` also where its branches have lost it.
    package func current(of warehouse: String) -> FreightID? {
        lost == nil ? history.first?.items[warehouse] : nil
    }

    /// The stage's last commit on the branch, as far as it is recorded.
    package func commit(on branch: BranchKey, _ state: PipelineState) -> ObjectID? {
        if let places = history.first?.commits { return places.first { $0.branch == branch }?.commit }
        for promotion in state.newestPromotions(of: key) {
            let pushed = promotion.arrivals.last {
                $0.isOnStageBranch && BranchKey(remote: $0.remote, branch: $0.branch) == branch
            }
            if let pushed { return pushed.commit }
        }
        return nil
    }
}

extension StageRecord {
    private enum CodingKeys: String, CodingKey {
        case key, history, lastPromotion, pause, pauses, mode, observedUntil, lost, metadata
    }

    /// A record of an older version has one `pause` in place of the list.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let old = try container.decodeIfPresent(Pause.self, forKey: .pause)
        self.init(
            key: try container.decode(StageKey.self, forKey: .key),
            history: try container.decode([Collection].self, forKey: .history),
            lastPromotion: try container.decodeIfPresent(PromotionID.self, forKey: .lastPromotion),
            pauses: try container.decodeIfPresent([Pause].self, forKey: .pauses) ?? [old].compactMap(\.self)
        )
        mode = try container.decodeIfPresent(PromotionMode.self, forKey: .mode)
        observedUntil = try container.decodeIfPresent(ObservedUntil.self, forKey: .observedUntil)
        lost = try container.decodeIfPresent(Lost.self, forKey: .lost)
        metadata = try container.decodeIfPresent([String: ConfigValue].self, forKey: .metadata)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(key, forKey: .key)
        try container.encode(history, forKey: .history)
        try container.encodeIfPresent(lastPromotion, forKey: .lastPromotion)
        try container.encodeIfPresent(pauses.isEmpty ? nil : pauses, forKey: .pauses)
        // An older program must not promote while a pause exists.
        try container.encodeIfPresent(heldUp.first ?? pauses.first, forKey: .pause)
        try container.encodeIfPresent(mode, forKey: .mode)
        try container.encodeIfPresent(observedUntil, forKey: .observedUntil)
        try container.encodeIfPresent(lost, forKey: .lost)
        try container.encodeIfPresent(metadata, forKey: .metadata)
    }
}
