/// Where a promotion goes on after a restart: what its pushes have left outside is not done again.
///
/// Workspace steps have no effect outside. They run again only where a step that is still to run uses files.
package struct Resumption: Sendable, Equatable {
    /// What arrived, by the position of the `git-push` step that asked for it.
    package private(set) var pushed: [Int: BranchOutcome] = [:]
    /// Steps from the first on that do not run again, as they are recorded.
    package private(set) var finished: [StepRecord] = []

    /// Every step runs.
    package static let none = Resumption()

    private init() {}

    /// - Parameter remote: how the outcomes of pushes name a checkout's repository; `nil` where its URL cannot be used.
    package init(of record: PromotionRecord, remote: (PromotionPlan.Checkout) -> String?) {
        var left = record.branches.filter(\.pushed)
        guard !left.isEmpty else { return }
        let plan = PromotionPlan(steps: record.steps)
        var open = record.steps.indices.filter { record.steps[$0].isPush }
        while let position = open.first {
            open.removeFirst()
            let step = record.steps[position]
            guard let path = step.config["path"]?.string, let checkout = plan.checkout(holding: path),
                let url = remote(checkout)
            else { continue }
            let target = step.config["targetBranch"]?.string ?? checkout.branch
            func isItsOwn(_ outcome: BranchOutcome) -> Bool {
                outcome.remote == url && (target == nil || outcome.branch == target)
                    && (outcome.step == nil || outcome.step == step.alias)
            }
            // A branch that moved meanwhile was pushed twice: the last one counts. An earlier version did not record the
            // step: then steps that push to one branch have its outcomes in their order.
            let own = left.indices.filter { isItsOwn(left[$0]) }
            let isNamed = own.contains { left[$0].step != nil }
            let others = open.filter { plan.pushesAlike(record.steps[$0], step) }
            guard let index = isNamed || others.isEmpty ? own.last : own.first else { continue }
            pushed[position] = left.remove(at: index)
        }
        finished = Self.finished(record, pushed: pushed)
    }

    /// Whether a step of this branch is still to push: then the branch is continued from its tip.
    package func isPinned(_ outcome: BranchOutcome, steps: [StepTemplate]) -> Bool {
        let plan = PromotionPlan(steps: steps)
        guard let position = pushed.first(where: { $0.value == outcome })?.key else { return false }
        return !steps.indices.contains {
            $0 > position && steps[$0].isPush && pushed[$0] == nil && plan.pushesAlike(steps[$0], steps[position])
        }
    }

    /// The steps up to the last push, where none of them is still to act and no later one uses files.
    private static func finished(_ record: PromotionRecord, pushed: [Int: BranchOutcome]) -> [StepRecord] {
        guard let last = pushed.keys.max(),
            record.steps[...last].indices.allSatisfy({ pushed[$0] != nil || !record.steps[$0].isPush }),
            record.steps[(last + 1)...].allSatisfy({ !$0.usesFiles })
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
                result.message = "done in an earlier try, before its push"
            }
            return result
        }
    }
}

extension PromotionPlan {
    /// Whether two `git-push` steps name the same branch.
    fileprivate func pushesAlike(_ one: StepTemplate, _ other: StepTemplate) -> Bool {
        guard let left = one.config["path"]?.string.flatMap(checkout(holding:)),
            let right = other.config["path"]?.string.flatMap(checkout(holding:))
        else { return false }
        return left.repoURL == right.repoURL
            && (one.config["targetBranch"]?.string ?? left.branch)
                == (other.config["targetBranch"]?.string ?? right.branch)
    }
}

extension StepTemplate {
    fileprivate var isPush: Bool { uses == "git-push" }
    /// Whether the step needs the promotion's workspace.
    fileprivate var usesFiles: Bool { !StepCatalogue.needingCluster.contains(uses) }
}

extension BranchOutcome {
    /// What is said of the step whose push it was, where it does not run again.
    package var earlierMessage: String { "pushed \(branch) at \(commit.short), in an earlier try" }
}
