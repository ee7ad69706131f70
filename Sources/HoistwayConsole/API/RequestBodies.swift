import HoistwayModel
package import HoistwayPorts

// What requests carry. Stages and warehouses are named `project/name`, or by a name that only one has.

/// `POST /promote`: freight to a stage, the candidate of a warehouse to a stage, or freight to all stages downstream.
package struct PromoteBody: Codable, Sendable {
    /// `nil`: those downstream of another one.
    package var stage: String?
    /// The stage whose downstream stages get the freight.
    package var downstreamFrom: String?
    /// Id, unique beginning of one, or alias.
    package var freight: String?
    /// In place of freight: the warehouse whose candidate of automatic promotion is promoted.
    package var warehouse: String?
    /// A tree id whose exceeding of the stage's limits is accepted; for programs made for earlier versions.
    package var acceptTree: String?
    /// Digests of differences that may exceed the stage's limits, one for each branch.
    package var accept: [String]?
    /// The preview that was looked at.
    package var preview: String?

    package init(
        stage: String? = nil,
        downstreamFrom: String? = nil,
        freight: String? = nil,
        warehouse: String? = nil,
        acceptTree: String? = nil,
        accept: [String]? = nil,
        preview: String? = nil
    ) {
        self.stage = stage
        self.downstreamFrom = downstreamFrom
        self.freight = freight
        self.warehouse = warehouse
        self.acceptTree = acceptTree
        self.accept = accept
        self.preview = preview
    }

    var consent: PromotionConsent {
        PromotionConsent(accept: (accept ?? []) + [acceptTree].compactMap(\.self), preview: preview)
    }
}

/// `POST /projects/PROJECT/stages/STAGE/previews`.
package struct PreviewBody: Codable, Sendable {
    /// Id, unique beginning of one, or alias.
    package var freight: String

    package init(freight: String) {
        self.freight = freight
    }
}

/// `POST /freight/rename`.
package struct RenameFreightBody: Codable, Sendable {
    /// `nil`: the only one that the caller sees.
    package var project: String?
    package var freight: String
    package var alias: String

    package init(project: String? = nil, freight: String, alias: String) {
        self.project = project
        self.freight = freight
        self.alias = alias
    }
}

/// `POST /freight/create`.
package struct CreateFreightBody: Codable, Sendable {
    package var warehouse: String
    package var freight: ManualFreight

    package init(warehouse: String, freight: ManualFreight) {
        self.warehouse = warehouse
        self.freight = freight
    }
}

/// `POST /refresh`: a warehouse, or a stage; it is the answer, too.
package struct RefreshBody: Codable, Sendable {
    package var warehouse: String?
    package var stage: String?

    package init(warehouse: String? = nil, stage: String? = nil) {
        self.warehouse = warehouse
        self.stage = stage
    }
}

/// `POST /approve`.
package struct ApproveBody: Codable, Sendable {
    package var stage: String
    /// Id, unique beginning of one, or alias.
    package var freight: String

    package init(stage: String, freight: String) {
        self.stage = stage
        self.freight = freight
    }
}

/// `POST /verify`: that freight in a stage is good, or that it is not.
package struct VerifyBody: Codable, Sendable {
    package var stage: String
    /// Id, unique beginning of one, or alias; `nil`: all that lies in the stage.
    package var freight: String?
    /// `true`: it does not work there; then there is a reason.
    package var failed: Bool?
    package var reason: String?

    package init(stage: String, freight: String? = nil, failed: Bool? = nil, reason: String? = nil) {
        self.stage = stage
        self.freight = freight
        self.failed = failed
        self.reason = reason
    }

    /// Why it failed; `nil`: it did not.
    var failure: String? {
        get throws(APIError) {
            let reason = self.reason?.trimmed() ?? ""
            guard failed ?? false else {
                guard reason.isEmpty else { throw .invalid("reason goes with failed", hint: nil) }
                return nil
            }
            guard !reason.isEmpty else {
                throw .invalid("reason is missing", hint: "a failed verification says why: it stands in `why`")
            }
            guard reason.count <= FreightRecord.FailedVerification.maxReason else {
                throw .invalid(
                    "reason is longer than \(FreightRecord.FailedVerification.maxReason) characters",
                    hint: nil
                )
            }
            return reason
        }
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
