package import HoistwayPorts

// What requests carry. Stages and warehouses are named `project/name`, or by a name that only one has.

/// `POST /promote` and `POST /approve`; the latter has no use for a tree.
package struct PromoteWish: Codable, Sendable {
    package var stage: String
    /// Id, unique beginning of one, or alias.
    package var freight: String
    /// A tree id whose exceeding of the stage's limits is accepted.
    package var acceptTree: String?

    package init(stage: String, freight: String, acceptTree: String? = nil) {
        self.stage = stage
        self.freight = freight
        self.acceptTree = acceptTree
    }
}

/// `POST /abort`.
package struct AbortWish: Codable, Sendable {
    package var promotion: String

    package init(promotion: String) {
        self.promotion = promotion
    }
}

/// `POST /adopt`.
package struct AdoptWish: Codable, Sendable {
    package var stage: String
    /// What lies in the stage is made out from the commits on its branches.
    package var fromBranches: Bool?
    /// Says what adopting would mean, and changes nothing.
    package var preview: Bool?

    package init(stage: String, fromBranches: Bool? = nil, preview: Bool? = nil) {
        self.stage = stage
        self.fromBranches = fromBranches
        self.preview = preview
    }
}

/// `POST /refresh`, and its answer, which has the full name.
package struct WarehouseWish: Codable, Sendable {
    package var warehouse: String

    package init(warehouse: String) {
        self.warehouse = warehouse
    }
}

/// `POST /deliveries/retry`: these, or all that failed.
package struct RetryWish: Codable, Sendable {
    package var ids: [Int64]?
    package var failed: Bool?

    package init(ids: [Int64]? = nil, failed: Bool? = nil) {
        self.ids = ids
        self.failed = failed
    }
}

/// `POST /promotions/retry`: these, or the newest of each stage that failed or waits for its next try.
package struct RetryPromotionsWish: Codable, Sendable {
    package var promotions: [String]?
    /// Only what failed.
    package var failed: Bool?
    /// `nil`: all that the caller may see.
    package var project: String?

    package init(promotions: [String]? = nil, failed: Bool? = nil, project: String? = nil) {
        self.promotions = promotions
        self.failed = failed
        self.project = project
    }
}

/// `POST /tokens`.
package struct TokenWish: Codable, Sendable {
    package var name: String
    package var role: TokenRole
    /// `nil`: all projects that the caller may see.
    package var project: String?

    package init(name: String, role: TokenRole, project: String? = nil) {
        self.name = name
        self.role = role
        self.project = project
    }
}
