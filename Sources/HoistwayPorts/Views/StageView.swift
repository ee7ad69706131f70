package import HoistwayModel

/// A stage: what is in it, and what it waits for.
package struct StageView: Sendable, Codable, Equatable {
    package var project: String
    package var name: String
    /// In mode `observe` nothing is pushed.
    package var mode: PromotionMode
    /// `<warehouse>: <what the freight is>` for each origin, and in parentheses what of it is not there.
    package var current: [String]
    package var autoPromotion: Bool
    /// The open promotion at the head of the queue.
    package var promotion: String?
    package var phase: String
    package var waiting: Int
    /// When the open promotion is tried again; `nil`: it does not wait for that.
    package var nextTry: Timestamp?
    /// What the dispatcher says of the newest freight: why it moves or does not.
    package var reason: String
    /// Why nothing is promoted to it by itself until a person has looked.
    package var pause: StageRecord.Pause?
    /// One line for each branch that is not where it was left, with both ids.
    package var drift: [String]
    /// How it is, and its Applications; `nil`: nothing was promoted to it.
    package var health: StageHealth?
    /// That a branch of the stage does not have its freight any more, and how it comes back.
    package var lost: String?
    /// The annotation `kargo.akuity.io/color`, as `#rrggbb`.
    package var color: String?
    /// The annotation `kargo.akuity.io/description`.
    package var description: String?

    package init(
        project: String,
        name: String,
        mode: PromotionMode = .promote,
        current: [String],
        autoPromotion: Bool,
        promotion: String?,
        phase: String,
        waiting: Int,
        nextTry: Timestamp? = nil,
        reason: String,
        pause: StageRecord.Pause? = nil,
        drift: [String] = [],
        health: StageHealth? = nil,
        lost: String? = nil,
        annotations: ObjectAnnotations? = nil
    ) {
        self.project = project
        self.name = name
        self.mode = mode
        self.current = current
        self.autoPromotion = autoPromotion
        self.promotion = promotion
        self.phase = phase
        self.waiting = waiting
        self.nextTry = nextTry
        self.reason = reason
        self.pause = pause
        self.drift = drift
        self.health = health
        self.lost = lost
        color = annotations?.color
        description = annotations?.description
    }
}
