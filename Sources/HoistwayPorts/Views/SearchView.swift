package import HoistwayModel

/// The places where something is, and where it is not yet.
package struct SearchView: Sendable, Codable, Equatable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case freight
        case stage
        case promotion
    }

    package struct Match: Sendable, Codable, Equatable {
        package var kind: Kind
        package var field: SearchText.Field
        package var project: String
        /// For freight, its id; for a promotion, the id of its freight.
        package var freight: String?
        package var alias: String?
        package var warehouse: String?
        package var stage: String?
        package var promotion: String?
        package var artifacts: [ArtifactView]
        /// Only for freight: every stage that asks for it, upstream first.
        package var places: [FreightPlaceView]

        package init(
            kind: Kind,
            field: SearchText.Field,
            project: String,
            freight: String? = nil,
            alias: String? = nil,
            warehouse: String? = nil,
            stage: String? = nil,
            promotion: String? = nil,
            artifacts: [ArtifactView] = [],
            places: [FreightPlaceView] = []
        ) {
            self.kind = kind
            self.field = field
            self.project = project
            self.freight = freight
            self.alias = alias
            self.warehouse = warehouse
            self.stage = stage
            self.promotion = promotion
            self.artifacts = artifacts
            self.places = places
        }
    }

    package static let maxMatches = 20
    package static let minLength = 2
    package static let maxLength = 200

    package var query: String
    /// Exact names before beginnings of names, newest freight first.
    package var matches: [Match]
    /// Whether there are more matches than are shown.
    package var isCut: Bool

    package init(query: String, matches: [Match], isCut: Bool) {
        self.query = query
        self.matches = matches
        self.isCut = isCut
    }
}

/// The state of freight in one stage that asks for it.
package struct FreightPlaceView: Sendable, Codable, Equatable {
    package enum State: String, Sendable, Codable, CaseIterable {
        /// The freight is in the stage.
        case present
        /// A promotion of it is open.
        case onItsWay
        /// It was promoted to the stage, but a branch no longer has it.
        case lost
        /// It was in the stage, which has other freight now.
        case past
        /// It may be promoted to the stage.
        case available
        case notYet
    }

    package var stage: String
    package var state: State
    /// Since when it is in the stage, or when it was.
    package var since: Timestamp?
    /// The open promotion, or the promotion that brought it to the stage.
    package var promotion: String?
    /// One sentence: why it is available, or why not.
    package var reason: String
    /// The time after which it is available if nothing else changes.
    package var until: Timestamp?

    package init(
        stage: String,
        state: State,
        since: Timestamp? = nil,
        promotion: String? = nil,
        reason: String,
        until: Timestamp? = nil
    ) {
        self.stage = stage
        self.state = state
        self.since = since
        self.promotion = promotion
        self.reason = reason
        self.until = until
    }
}

/// To which stages a piece of freight may be promoted.
package struct AvailabilityView: Sendable, Codable, Equatable {
    package struct Stage: Sendable, Codable, Equatable {
        package var place: FreightPlaceView
        /// A promotion may be requested now.
        package var canPromote: Bool
        /// The stage's present freight of the same warehouse.
        package var present: StageContentView?
        /// The freight is older than the present freight.
        package var isRollback: Bool
        /// Freight that automatic promotion would put in its place as soon as the promotion has ended.
        package var replacedBy: String?
        /// The reasons why automatic promotion is paused; a person may promote nevertheless.
        package var pauses: [PauseView.Kind]

        package init(
            place: FreightPlaceView,
            canPromote: Bool,
            present: StageContentView?,
            isRollback: Bool,
            replacedBy: String? = nil,
            pauses: [PauseView.Kind] = []
        ) {
            self.place = place
            self.canPromote = canPromote
            self.present = present
            self.isRollback = isRollback
            self.replacedBy = replacedBy
            self.pauses = pauses
        }
    }

    package var project: String
    package var freight: String
    package var alias: String
    package var warehouse: String
    package var artifacts: [ArtifactView]
    /// Upstream first.
    package var stages: [Stage]

    package init(
        project: String,
        freight: String,
        alias: String,
        warehouse: String,
        artifacts: [ArtifactView],
        stages: [Stage]
    ) {
        self.project = project
        self.freight = freight
        self.alias = alias
        self.warehouse = warehouse
        self.artifacts = artifacts
        self.stages = stages
    }
}
