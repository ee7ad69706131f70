/// The data of an ended promotion that stays in the state.
///
/// Its steps, variables, warnings, differences and reason are only in the store: callers that need them must read the
/// ``PromotionRecord`` there.
package struct EndedPromotion: OutlinedPromotion, Sendable, Equatable {
    package var outline: PromotionOutline
    package var arrivals: [BranchArrival]
    /// The number of its steps.
    package var stepCount: Int
    /// Its steps with effects on other systems.
    package var notableSteps: [StepRecord]
    /// The step at which it failed; `nil`: the failure is not a step's.
    package var failedStep: StepName?

    package init(
        outline: PromotionOutline,
        arrivals: [BranchArrival],
        stepCount: Int,
        notableSteps: [StepRecord],
        failedStep: StepName?
    ) {
        self.outline = outline
        self.arrivals = arrivals
        self.stepCount = stepCount
        self.notableSteps = notableSteps
        self.failedStep = failedStep
    }

    /// - Parameter record: a promotion that has ended.
    package init(_ record: PromotionRecord) {
        precondition(record.phase.isTerminal, "an open promotion is held whole")
        self.init(
            outline: record.outline,
            arrivals: record.arrivals,
            stepCount: record.steps.count,
            notableSteps: record.stepRecords.filter(\.isNotable),
            failedStep: StepName(ofFailed: record)
        )
    }
}

/// Identifies a step of a promotion.
package struct StepName: Sendable, Equatable, Codable {
    package var alias: String
    /// The step's kind: `git-push`.
    package var uses: String

    package init(alias: String, uses: String) {
        self.alias = alias
        self.uses = uses
    }

    /// `nil` where the failure is not that of a step, such as an outdated preview, or where there is no failure.
    package init?(ofFailed record: PromotionRecord) {
        guard record.failure != nil, record.outdated == nil, let step = record.failedStep else { return nil }
        self.init(alias: step.alias, uses: step.uses)
    }
}

extension StepRecord {
    /// Whether it had an effect that is still needed after the end of the promotion.
    ///
    /// That is an action, a pull request, Applications, or an action with an unknown result.
    package var isNotable: Bool { began == true || isOpen == true || pull != nil || applications != nil }
}

/// A promotion in the state.
package enum KnownPromotion: OutlinedPromotion, Sendable, Equatable {
    // By reference: it is several times as large as the other case, which is the usual one.
    indirect case open(PromotionRecord)
    case ended(EndedPromotion)

    package init(_ record: PromotionRecord) {
        self = record.phase.isTerminal ? .ended(EndedPromotion(record)) : .open(record)
    }

    /// `nil`: it has ended.
    package var open: PromotionRecord? { if case .open(let record) = self { record } else { nil } }
    /// `nil`: it is open.
    package var ended: EndedPromotion? { if case .ended(let promotion) = self { promotion } else { nil } }

    package var outline: PromotionOutline {
        switch self {
        case .open(let record): record.outline
        case .ended(let promotion): promotion.outline
        }
    }

    package var arrivals: [BranchArrival] {
        switch self {
        case .open(let record): record.arrivals
        case .ended(let promotion): promotion.arrivals
        }
    }

    package var notableSteps: [StepRecord] {
        switch self {
        case .open(let record): record.notableSteps
        case .ended(let promotion): promotion.notableSteps
        }
    }
}
