import HoistwayModel

extension Checks {
    /// Warns of checkouts of a branch's current tip where the freight carries a commit of the same repository.
    ///
    /// Such a promotion delivers what is on the branch when it runs, not the commit that was promoted.
    func checkCommits() {
        guard isComplete else { return }
        for project in projects {
            var findings: [CommitFinding] = []
            for stage in stages(of: project) {
                switch stage.promotion {
                case .controlFlow: continue
                case .steps(let steps): add(steps, of: stage, in: project, to: &findings)
                case .mechanisms(let mechanisms): checkOrigins(mechanisms, of: stage, in: project)
                }
            }
            for finding in findings { warn(of: finding) }
        }
    }

    private func add(
        _ steps: [StepTemplate],
        of stage: Stage,
        in project: Project,
        to findings: inout [CommitFinding]
    ) {
        let watched = WatchedRepositories(stage, in: project)
        let plan = PromotionPlan(steps: steps)
        for step in steps where step.uses == "git-clone" {
            // The value of an expression is not known yet.
            for checkout in PromotionPlan(steps: [step]).checkouts where !checkout.isUnknown {
                let warehouses = watched.warehouses(of: checkout.repoURL)
                checkSource(checkout, among: warehouses, of: stage, in: project, place: step.place)
                guard !warehouses.isEmpty, !checkout.isFromFreight || (warehouses.count > 1 && checkout.origin == nil)
                else { continue }
                // The checkout with the changes that later steps make to it.
                let whole = plan.checkouts.first { $0.mount == checkout.mount && $0.repoURL == checkout.repoURL }
                guard plan.delivers(whole ?? checkout) else { continue }
                let finding = CommitFinding(
                    checkout: whole ?? checkout,
                    url: checkout.repoURL,
                    warehouses: warehouses,
                    stage: stage,
                    place: step.place
                )
                if let index = findings.firstIndex(where: { $0.isAlike(finding) }) {
                    findings[index].join(finding)
                } else {
                    findings.append(finding)
                }
            }
        }
    }

    /// Freight of the stage's warehouses has to carry the commit that a checkout takes from it.
    private func checkSource(
        _ checkout: PromotionPlan.Checkout,
        among warehouses: [String],
        of stage: Stage,
        in project: Project,
        place: SourcePlace
    ) {
        // A missing warehouse is already reported.
        guard checkout.isFromFreight, stage.requestedFreight.allSatisfy({ project.warehouses[$0.warehouse] != nil }),
            checkout.origin.map({ !warehouses.contains($0) }) ?? warehouses.isEmpty
        else { return }
        let repository = RepositoryKey(url: checkout.repoURL)?.text ?? "the repository"
        let who = checkout.origin.map { "the warehouse \(ShownText.text($0))" } ?? "no warehouse"
        problems.error(
            place,
            "fromFreight takes the freight's commit of \(repository), but \(who) of the stage \(stage.key.name) "
                + "\(checkout.origin == nil ? "watches it" : "does not watch it")",
            hint: warehouses.isEmpty
                ? "subscribe one of them to the repository, or check out a branch"
                : "watching it: \(Listing.text(warehouses))"
        )
    }

    private func warn(of finding: CommitFinding) {
        guard !finding.isFromFreight else {
            problems.error(
                finding.place,
                "\(finding.subject) \(finding.takes) the freight's commit of \(finding.repository), which several "
                    + "subscriptions watch (\(Listing.text(finding.warehouses))): it is not clear which commit is meant",
                hint:
                    "name the warehouse beside fromFreight: `fromOrigin: {kind: Warehouse, name: \(finding.warehouses[0])}`"
            )
            return
        }
        problems.warning(
            finding.place,
            "\(finding.subject) \(finding.checksOut) \(finding.what) of \(finding.repository), of which the freight carries a "
                + "commit: what is there when a promotion runs is delivered, and not the commit that was promoted",
            hint: finding.hint
        )
    }

    /// Reports updates without `origin` where several subscriptions could supply the commit: Kargo 0.8 refuses them.
    private func checkOrigins(_ mechanisms: PromotionMechanisms, of stage: Stage, in project: Project) {
        let watched = WatchedRepositories(stage, in: project)
        for update in mechanisms.gitRepoUpdates where update.origin == nil {
            let warehouses = watched.warehouses(of: update.repoURL)
            guard warehouses.count > 1 else { continue }
            let repository = RepositoryKey(url: update.repoURL)?.text ?? "the repository"
            problems.error(
                update.place,
                "several subscriptions watch \(repository) (\(Listing.text(warehouses))): it is not clear which commit the "
                    + "stage \(stage.key.name) must use",
                hint: "name the warehouse in the update: `origin: {kind: Warehouse, name: \(warehouses[0])}`"
            )
        }
    }
}

/// The Git repositories that the warehouses of a stage watch.
private struct WatchedRepositories {
    /// By the repository's key; a warehouse is listed once for each of its subscriptions.
    private let warehouses: [RepositoryKey: [String]]

    init(_ stage: Stage, in project: Project) {
        var found: [RepositoryKey: [String]] = [:]
        for request in stage.requestedFreight {
            for case .git(let git) in project.warehouses[request.warehouse]?.subscriptions ?? [] {
                found[git.key, default: []].append(request.warehouse)
            }
        }
        warehouses = found
    }

    func warehouses(of url: String) -> [String] {
        RepositoryKey(url: url).flatMap { warehouses[$0] } ?? []
    }
}

/// One way in which stages of a project check out a repository.
private struct CommitFinding {
    private let checkout: PromotionPlan.Checkout
    private let url: String
    private(set) var warehouses: [String]
    private var stages: [String]
    /// Of the first step.
    let place: SourcePlace

    init(
        checkout: PromotionPlan.Checkout,
        url: String,
        warehouses: [String],
        stage: Stage,
        place: SourcePlace
    ) {
        self.checkout = checkout
        self.url = url
        self.warehouses = warehouses
        stages = [stage.key.name]
        self.place = place
    }

    var isFromFreight: Bool { checkout.isFromFreight }
    var subject: String { "the stage\(stages.count == 1 ? "" : "s") \(Listing.text(stages, limit: 10))" }
    var takes: String { stages.count == 1 ? "takes" : "take" }
    var checksOut: String { stages.count == 1 ? "checks out" : "check out" }
    var repository: String { RepositoryKey(url: url)?.text ?? "the repository" }

    var what: String {
        if let branch = checkout.branch { return "the branch \(branch)" }
        if let tag = checkout.tag { return "the tag \(tag)" }
        return checkout.commit.map { "the commit \($0.short)" } ?? "the default branch"
    }

    var hint: String {
        let isAmbiguous = warehouses.count > 1
        let argument = isAmbiguous ? ", warehouse(\"\(warehouses[0])\")" : ""
        let commit = YamlQuoted.text("${{ commitFrom(\(Expressions.quoted(shownURL))\(argument)).ID }}")
        let place =
            checkout.isPushed
            ? "check out the freight's commit at a path of its own, and copy from there: " : "in place of \(what): "
        return place + "`commit: \(commit)`"
    }

    /// A URL with a user part is shown without it.
    private var shownURL: String { url.contains("@") ? "https://\(repository)" : url }

    func isAlike(_ other: CommitFinding) -> Bool {
        repository == other.repository && what == other.what && isFromFreight == other.isFromFreight
            && checkout.isPushed == other.checkout.isPushed && warehouses == other.warehouses
    }

    mutating func join(_ other: CommitFinding) {
        for stage in other.stages where !stages.contains(stage) { stages.append(stage) }
    }
}
