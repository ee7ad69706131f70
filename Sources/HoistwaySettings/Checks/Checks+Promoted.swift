import HoistwayModel
import HoistwayPatterns

extension Checks {
    /// Warns of promotions that may bring unexpected changes: once for each kind and project, naming the stages.
    ///
    /// Findings that need the repository are reported by the promotion itself.
    func checkPromoted() {
        checkPrereleases()
        for project in projects {
            warnOfTags(in: project)
            warnOfCopies(in: project)
        }
    }

    private func checkPrereleases() {
        let matcher = Patterns()
        for warehouse in projects.flatMap(\.warehouses.values).sorted(by: { $0.key.description < $1.key.description }) {
            for case .image(let image) in warehouse.subscriptions {
                guard let example = Prereleases.example(for: image, matcher: matcher) else { continue }
                problems.warning(
                    image.place,
                    "\(image.repoURL) is selected without a constraint: pre-releases such as \(example) are selected like "
                        + "releases, and newer than the releases before them",
                    hint:
                        "`constraint: '>=0.0.0'` selects releases only; `constraint: '>=0.0.0-0'` says that pre-releases are "
                        + "wanted"
                )
            }
        }
    }

    // MARK: Tags without digest

    private func warnOfTags(in project: Project) {
        var bySteps = Finding()
        var byMechanisms = Finding()
        for stage in stages(of: project) {
            switch stage.promotion {
            case .controlFlow: continue
            case .steps(let steps):
                for step in steps where step.uses == "kustomize-set-image" && step.constantCondition != false {
                    let tagged = (step.config["images"]?.list ?? []).filter {
                        $0["tag"]?.string != nil && $0["digest"] == nil
                    }
                    bySteps.add(tagged.compactMap(\.shownImage), stage: stage, place: step.place)
                }
            case .mechanisms(let mechanisms):
                for update in mechanisms.gitRepoUpdates {
                    let tagged = update.images.filter { !$0.useDigest }.map(\.image)
                    byMechanisms.add(tagged, stage: stage, place: update.place)
                }
            }
        }
        warn(of: bySteps, hint: "without `images` the step sets tag and digest of each image of the freight")
        warn(of: byMechanisms, hint: "`useDigest: true` sets the digest instead")
    }

    private func warn(of finding: Finding, hint: String) {
        guard let place = finding.place else { return }
        problems.warning(
            place,
            "\(finding.subject) \(finding.isOne ? "sets" : "set") \(Listing.text(finding.things)) by tag and without digest: "
                + "a tag can be moved to another image after it was promoted",
            hint: hint
        )
    }

    // MARK: Copies

    /// A stage whose freight holds images only, and whose branch becomes a copy of another.
    private func warnOfCopies(in project: Project) {
        guard isComplete else { return }
        var finding = Finding()
        for stage in stages(of: project) where carriesOnlyImages(stage, in: project) {
            switch stage.promotion {
            case .controlFlow: continue
            case .steps(let steps):
                let plan = PromotionPlan(steps: steps)
                let sources = plan.pushed.flatMap { target in
                    target.sources.sorted().map { plan.checkouts[$0] }.filter { $0.follows(otherThan: target) }
                }
                let place = steps.first { $0.uses == "copy" }?.place ?? stage.place
                finding.add(sources.map { Self.name($0.branch) }, stage: stage, place: place)
            case .mechanisms(let mechanisms):
                for update in mechanisms.gitRepoUpdates where !update.isInPlace {
                    finding.add([Self.name(update.readBranch)], stage: stage, place: update.place)
                }
            }
        }
        guard let place = finding.place else { return }
        problems.warning(
            place,
            "\(finding.subject) \(finding.isOne ? "copies" : "copy") from \(Listing.text(finding.things)), and the freight "
                + "holds images only: whatever else has changed there comes along without being promoted",
            hint: "each promotion names such files; to keep them apart, let a stage edit its own branch in place"
        )
    }

    private func carriesOnlyImages(_ stage: Stage, in project: Project) -> Bool {
        let subscriptions = stage.requestedFreight.flatMap { project.warehouses[$0.warehouse]?.subscriptions ?? [] }
        return !subscriptions.isEmpty && subscriptions.allSatisfy { if case .image = $0 { true } else { false } }
    }

    private static func name(_ branch: String?) -> String {
        branch.flatMap { $0.isEmpty ? nil : $0 } ?? "the default branch"
    }
}

/// One kind of thing in several stages of a project.
private struct Finding {
    private(set) var stages: [String] = []
    private(set) var things: [String] = []
    /// Of the first stage.
    private(set) var place: SourcePlace?

    var isOne: Bool { stages.count == 1 }
    var subject: String { "the stage\(isOne ? "" : "s") \(Listing.text(stages))" }

    mutating func add(_ new: [String], stage: Stage, place: SourcePlace) {
        guard !new.isEmpty else { return }
        if !stages.contains(stage.key.name) { stages.append(stage.key.name) }
        for thing in new where !things.contains(thing) { things.append(thing) }
        self.place = self.place ?? place
    }
}

extension PromotionPlan.Checkout {
    /// Whether it shows the current tip of a branch other than the one that is written.
    fileprivate func follows(otherThan target: PromotionPlan.Checkout) -> Bool {
        !isUnknown && !target.isUnknown && tag == nil && commit == nil
            && (repoURL != target.repoURL || branch != target.branch)
    }
}

extension ConfigValue {
    /// The image of an entry, where it has one.
    fileprivate var shownImage: String? {
        self["image"]?.string.map { $0.opensExpression ? "an image that an expression names" : $0 }
    }
}
