/// What the state keeps of a promotion that has ended.
///
/// Its steps, variables, warnings, differences and reason are only in the store: whoever needs them has to ask there for
/// the ``PromotionRecord``.
package struct EndedPromotion: OutlinedPromotion, Sendable, Equatable {
    package var outline: PromotionOutline
    package var arrivals: [BranchArrival]
    /// How many steps it had.
    package var stepCount: Int
    /// Those of its steps that left something outside.
    package var notableSteps: [StepRecord]
    /// The step that it failed at; `nil`: it is no fault of a step.
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

    /// - Parameter record: one that has ended.
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

/// Which step of a promotion is meant.
package struct StepName: Sendable, Equatable, Codable {
    package var alias: String
    /// Its kind: `git-push`.
    package var uses: String

    package init(alias: String, uses: String) {
        self.alias = alias
        self.uses = uses
    }

    /// `nil` where the failure is not that of a step, such as a preview that is outdated, or where nothing is wrong.
    package init?(ofFailed record: PromotionRecord) {
        guard record.failure != nil, record.outdated == nil, let step = record.failedStep else { return nil }
        self.init(alias: step.alias, uses: step.uses)
    }
}

extension StepRecord {
    /// Whether it left something outside that is asked for after the promotion has ended: something that it did, a pull
    /// request, Applications, or what nobody knows the end of.
    package var isNotable: Bool { began == true || isOpen == true || pull != nil || applications != nil }
}

/// A promotion as the state holds it.
package enum KnownPromotion: OutlinedPromotion, Sendable, Equatable {
    // By reference: it is several times as large as the other, of which there are many.
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
