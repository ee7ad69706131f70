import HoistwayModel

extension World {
    static func address(_ name: String) -> ApplicationAddress {
        ApplicationAddress(cluster: "main", key: ApplicationKey(namespace: "argocd", name: name))
    }

    /// Ends the promotion at the head of the stage's queue, whose steps updated these Applications.
    mutating func finish(_ stage: String, applications: [String], _ phase: PromotionPhase = .succeeded) {
        guard var record = state.openPromotions(of: self.stage(stage)).first else { return }
        record.phase = phase
        record.finishedAt = now
        var step = StepRecord(alias: "step-1", uses: "argocd-update", status: .succeeded)
        step.applications = applications.map {
            ApplicationCheck(
                address: Self.address($0),
                desiredRevisions: [""],
                repositories: [HealthSamples.repository]
            )
        }
        record.stepRecords = [StepRecord(alias: "step-0", uses: "git-push", status: .succeeded), step]
        let stage = pipelines.stage(record.stage)
        state.apply(PromotionOutcome.changes(after: record, stage: stage, state: state, now: now))
    }

    /// Stores what was found of a stage's Applications.
    mutating func find(_ stage: String, _ found: [String: HealthStatus]) {
        let key = self.stage(stage)
        guard let (promotion, checks) = state.applicationChecks(of: key) else { return }
        let previous = state.health[key]
        let now = now
        let applications = checks.map { check in
            let status = found[check.address.key.name] ?? .healthy
            return ApplicationHealth(
                address: check.address,
                status: status,
                reason: status == .healthy ? "" : "Application \(check.address.key) is \(status.rawValue)",
                since: now
            )
        }
        let record = StageHealthRecord(
            key: key,
            promotion: promotion.id,
            applications: applications,
            previous: previous,
            now: now
        )
        state.apply(.putHealth(record))
    }

    func health(_ stage: String) -> StageHealth {
        let key = self.stage(stage)
        return StageHealth(of: key, open: state.openPromotions(of: key).first, in: state)
    }

    /// What the stage's health lets it verify.
    mutating func verifyByHealth(_ stage: String) {
        guard let found = pipelines.stage(self.stage(stage)) else { return }
        state.apply(Verification.changes(byHealthOf: found, health: health(stage), state, now: now))
    }

    mutating func edit(_ stage: String, _ body: (inout Stage) -> Void) {
        guard var found = pipelines.projects["shop"]?.stages[stage] else { return }
        body(&found)
        pipelines.projects["shop"]?.stages[stage] = found
    }

    /// Starts the promotion at the head of the stage's queue.
    mutating func start(_ stage: String) {
        guard var record = open(stage).first else { return }
        record.phase = .running
        record.startedAt = now
        state.apply(.putPromotion(record))
    }
}
