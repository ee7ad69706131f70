/// Commits of branches that a promotion only reads, from its checkouts before its first action.
///
/// A later try reads the same commits. A branch to which it also pushes is not pinned, since its push needs the tip.
package struct ReadPins: Sendable, Equatable {
    package struct Pin: Sendable, Equatable {
        package var checkout: PromotionPlan.Checkout
        package var commit: ObjectID
    }

    package private(set) var pins: [Pin] = []

    package static let none = ReadPins()

    private init() {}

    /// - Parameters:
    ///   - record: with its evaluated steps.
    ///   - results: the results of its steps.
    ///   - acted: the position of the last step that has acted; `nil`: none has.
    package init(of record: PromotionRecord, results: [StepResult], acted: Int?) {
        guard let acted else { return }
        let plan = PromotionPlan(steps: record.steps)
        guard !plan.hasUnknownPlaces else { return }
        for step in record.steps.prefix(acted) where step.uses == "git-clone" {
            let isDone = record.stepRecords.contains {
                $0.alias == step.alias && $0.uses == step.uses && $0.status == .succeeded
            }
            guard isDone, let heads = results.first(where: { $0.alias == step.alias })?.outputs["commits"] else {
                continue
            }
            for item in step.config["checkout"]?.list ?? [] {
                guard let path = item["path"]?.string, let checkout = plan.checkout(holding: path),
                    let commit = heads[item["as"]?.string ?? path]?.string.flatMap({ ObjectID($0) }), !commit.isZero,
                    checkout.branch != nil, !plan.isWritten(checkout)
                else { continue }
                pins.append(Pin(checkout: checkout, commit: commit))
            }
        }
    }
}

extension PromotionPlan {
    /// Whether the promotion pushes, or may push, to the branch of the checkout.
    fileprivate func isWritten(_ checkout: Checkout) -> Bool {
        pushed.contains { other in
            guard FreightLookup.isSame(other.repoURL, checkout.repoURL) else { return false }
            return other.targets.contains { target in
                switch target {
                case .branch(let branch): branch == checkout.branch
                case .defaultBranch, .unknown: true
                case .promotionBranch, .tag: false
                }
            }
        }
    }
}
