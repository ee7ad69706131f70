/// The point at which a promotion continues after a restart: completed pushes are not repeated.
///
/// Workspace steps have no effect on other systems. They run again only if a remaining step uses files.
package struct Resumption: Sendable, Equatable {
    /// Completed pushes, by the position of their `git-push` step.
    package private(set) var pushed: [Int: BranchOutcome] = [:]
    /// Completed pushes without a remaining push to the same branch: later steps use these commits, even if branches
    /// move.
    package private(set) var pinned: [BranchOutcome] = []
    /// A completed effect other than a push, from an earlier run.
    package struct Done: Sendable, Equatable {
        package var record: StepRecord
    }

    /// Completed effects other than pushes, by the position of their steps: they are never repeated.
    package private(set) var done: [Int: Done] = [:]
    /// The records of the first steps, which do not run again.
    package private(set) var finished: [StepRecord] = []

    /// The position of the last step that has acted; `nil`: none has.
    package var lastActed: Int? { (Array(pushed.keys) + Array(done.keys)).max() }
    /// Commits of branches that are only read.
    package var read = ReadPins.none

    /// Whether this run only checks what the promotion waits for, without the files of the earlier steps.
    package private(set) var isLook = false

    /// Every step runs.
    package static let none = Resumption()

    private init() {}

    /// A `git-push` step and its target.
    private struct Push {
        var position: Int
        var alias: String
        var remote: String
        var target: PromotionPlan.Target

        func isLike(_ other: Push) -> Bool { remote == other.remote && target == other.target }
    }

    /// - Parameters:
    ///   - record: with its steps, evaluated as far as they ran.
    ///   - usesFiles: whether steps of that kind need the promotion's workspace.
    ///   - remote: gives the repository's name in the outcomes of pushes; `nil` where its URL cannot be used.
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

    /// Prepares a check of the Applications that the promotion waits for: no earlier step runs, not even to restore
    /// files.
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
            // A branch that moved meanwhile was pushed twice: the last push counts. An older version did not record the
            // step; then steps that push to one branch have its outcomes in their order.
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
            // The branch's name is not known here: it may be any branch that no other step names.
            return outcome.isOnStageBranch
                && !pushes.contains { $0.remote == outcome.remote && $0.target == .branch(outcome.branch) }
        }
    }

    /// The steps up to the last effect, if none of them must still act and no later one uses files.
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
    /// The message of the step that made this push, where the step does not run again.
    package var earlierMessage: String { "pushed \(branch) at \(commit.short)" }
}
