/// Where a promotion goes on after a restart: what its pushes have left outside is not done again.
///
/// Workspace steps have no effect outside. They run again only where a step that is still to run uses files.
package struct Resumption: Sendable, Equatable {
    /// What arrived, by the position of the `git-push` step that asked for it.
    package private(set) var pushed: [Int: BranchOutcome] = [:]
    /// Pushes whose branch no step is still to push: later steps go on with these commits, wherever the branches are.
    package private(set) var pinned: [BranchOutcome] = []
    /// An effect other than a push, as an earlier run left it.
    package struct Done: Sendable, Equatable {
        package var record: StepRecord
    }

    /// Effects other than pushes that have come to an end, by the position of their steps: they never act again.
    package private(set) var done: [Int: Done] = [:]
    /// Steps from the first on that do not run again, as they are recorded.
    package private(set) var finished: [StepRecord] = []

    /// The position of the last step that has acted; `nil`: none has.
    package var lastActed: Int? { (Array(pushed.keys) + Array(done.keys)).max() }
    /// Commits of branches that are only read.
    package var read = ReadPins.none

    /// The run looks at what the promotion waits for, and has no files of the steps before.
    package private(set) var isLook = false

    /// Every step runs.
    package static let none = Resumption()

    private init() {}

    /// A `git-push` step and what it moves.
    private struct Push {
        var position: Int
        var alias: String
        var remote: String
        var target: PromotionPlan.Target

        func isLike(_ other: Push) -> Bool { remote == other.remote && target == other.target }
    }

    /// - Parameters:
    ///   - record: with its steps as they were evaluated, as far as they ran.
    ///   - usesFiles: whether steps of that name need the promotion's workspace.
    ///   - remote: how the outcomes of pushes name a checkout's repository; `nil` where its URL cannot be used.
    package init(
        of record: PromotionRecord,
        usesFiles: (String) -> Bool,
        remote: (PromotionPlan.Checkout) -> String?
    ) {
        for (position, step) in record.steps.enumerated() {
            let stored = record.stepRecords.first { $0.alias == step.alias && $0.uses == step.uses }
            guard let stored, stored.began ?? false, stored.status.isFinal else { continue }
            done[position] = Done(record: stored)
        }
        findPushes(of: record, remote: remote)
        finished = finished(of: record, usesFiles: usesFiles)
    }

    /// For a look at the Applications that the promotion waits for: no step before it runs, not even to restore files.
    package mutating func onlyLook(for record: PromotionRecord) {
        let records = record.steps.map { step in
            record.stepRecords.first { $0.alias == step.alias && $0.uses == step.uses }
        }
        guard let position = records.firstIndex(where: { $0?.isLook ?? false }) else {
            return
        }
        let before = records[..<position].compactMap(\.self).filter(\.status.isFinal)
        guard before.count == position else { return }
        finished = before
        isLook = true
    }

    private mutating func findPushes(of record: PromotionRecord, remote: (PromotionPlan.Checkout) -> String?) {
        var left = record.branches.filter(\.pushed)
        guard !left.isEmpty else { return }
        let plan = PromotionPlan(steps: record.steps)
        let pushes = record.steps.enumerated().compactMap { position, step -> Push? in
            guard step.isPush, let push = plan.push(by: step), let url = remote(push.checkout) else { return nil }
            return Push(position: position, alias: step.alias, remote: url, target: push.target)
        }
        for (number, push) in pushes.enumerated() {
            let own = left.indices.filter { Self.isOutcome(left[$0], of: push, among: pushes) }
            // A branch that moved meanwhile was pushed twice: the last one counts. An earlier version did not record the
            // step: then steps that push to one branch have its outcomes in their order.
            let isNamed = own.contains { left[$0].step != nil }
            let isLast = !pushes[(number + 1)...].contains(where: push.isLike)
            guard let index = isNamed || isLast ? own.last : own.first else { continue }
            pushed[push.position] = left.remove(at: index)
        }
        pinned = pushes.compactMap { push in
            let isContinued = pushes.contains {
                $0.position > push.position && pushed[$0.position] == nil && $0.isLike(push)
            }
            return isContinued ? nil : pushed[push.position].flatMap { $0.isOnStageBranch ? $0 : nil }
        }
    }

    private static func isOutcome(_ outcome: BranchOutcome, of push: Push, among pushes: [Push]) -> Bool {
        guard outcome.remote == push.remote else { return false }
        if let step = outcome.step { return step == push.alias }
        switch push.target {
        case .branch(let branch): return outcome.branch == branch && outcome.isOnStageBranch
        case .tag(let tag): return outcome.kind == .tag && outcome.branch == tag
        case .promotionBranch: return outcome.kind == .promotionBranch
        case .defaultBranch, .unknown:
            // What it is called is not known here: any branch but those that other steps name.
            return outcome.isOnStageBranch
                && !pushes.contains { $0.remote == outcome.remote && $0.target == .branch(outcome.branch) }
        }
    }

    /// The steps up to the last effect, where none of them is still to act and no later one uses files.
    private func finished(of record: PromotionRecord, usesFiles: (String) -> Bool) -> [StepRecord] {
        guard let last = lastActed,
            record.steps[...last].indices.allSatisfy({ pushed[$0] != nil || !record.steps[$0].isPush }),
            record.steps[(last + 1)...].allSatisfy({ !usesFiles($0.uses) })
        else { return [] }
        return record.steps[...last].indices.map { position in
            let step = record.steps[position]
            let stored = record.stepRecords.first { $0.alias == step.alias && $0.uses == step.uses }
            var result = stored ?? StepRecord(alias: step.alias, uses: step.uses)
            if let outcome = pushed[position] {
                result.status = .succeeded
                result.message = outcome.earlierMessage
            } else if !result.status.isFinal {
                result.status = .succeeded
                result.message = "done before its push"
            }
            return result
        }
    }
}

extension StepTemplate {
    fileprivate var isPush: Bool { uses == "git-push" }
}

extension BranchOutcome {
    /// What is said of the step whose push it was, where it does not run again.
    package var earlierMessage: String { "pushed \(branch) at \(commit.short)" }
}
