/// The health of a stage: the result of its last promotion, and the health of its Applications.
package struct StageHealth: Sendable, Equatable, Codable {
    /// `nil`: nothing was promoted to it, or not in mode `promote`.
    package var status: HealthStatus?
    package var since: Timestamp?
    /// Why it is not healthy; empty where it is.
    package var reason: String
    /// The Applications' own health, even if the last promotion did not succeed.
    package var applications: [Application]
    /// Whether nothing is left to wait for: it is healthy, and verified.
    package var isReady: Bool
    /// Why it is not ready, as in Kargo's conditions; empty where it is.
    package var notReady: String

    package struct Application: Sendable, Equatable, Codable {
        package var cluster: String
        package var namespace: String
        package var name: String
        package var status: HealthStatus
        package var reason: String
        package var since: Timestamp

        init(_ health: ApplicationHealth) {
            cluster = health.address.cluster
            namespace = health.address.key.namespace
            name = health.address.key.name
            status = health.status
            reason = health.reason
            since = health.since
        }
    }

    private init(_ status: HealthStatus?, since: Timestamp?, _ reason: String, _ applications: [Application] = []) {
        self.status = status
        self.since = since
        self.reason = reason
        self.applications = applications
        isReady = false
        notReady = ""
    }

    /// - Parameter open: the promotion at the head of the stage's queue.
    package init(of stage: StageKey, open: PromotionRecord?, in state: PipelineState) {
        self = Self.health(of: stage, open: open, in: state)
        notReady = whyNotReady(stage, state)
        isReady = notReady.isEmpty
    }

    /// The health of several stages.
    package static func all(of stages: [StageKey], in state: PipelineState) -> [StageKey: StageHealth] {
        Dictionary(
            stages.map { stage in
                let open = state.promotions.index.open(of: stage).lazy.compactMap(state.openPromotion)
                return (stage, StageHealth(of: stage, open: open.first(where: \.isInProgress), in: state))
            }
        ) { first, _ in first }
    }

    private static func health(of stage: StageKey, open: PromotionRecord?, in state: PipelineState) -> StageHealth {
        guard let record = state.stages[stage] else { return StageHealth(nil, since: nil, "") }
        let delivering = record.deliveringPromotion.flatMap { state.promotions[$0] }
        let checks = delivering?.applicationChecks ?? []
        let found = state.health[stage].flatMap { $0.promotion == delivering?.id ? $0 : nil }
        let applications = checks.isEmpty ? [] : (found?.applications ?? []).map(Application.init)
        if let (reason, since) = blocker(of: stage, open: open, in: state) {
            return StageHealth(.unknown, since: since, "\(reason)\(beside(found))", applications)
        }
        guard let last = lastPromotion(of: record, in: state) ?? delivering?.ended else {
            return StageHealth(nil, since: nil, "")
        }
        let end = last.finishedAt ?? record.history.first?.at
        guard !checks.isEmpty else { return StageHealth(.healthy, since: end, "") }
        guard let found else {
            return StageHealth(
                .unknown,
                since: end,
                "its Applications have not been looked at since the promotion ended"
            )
        }
        return StageHealth(found.status, since: found.since, found.reason, applications)
    }

    /// Why the stage is Unknown whatever its Applications are: a running promotion, or a last one that did not succeed.
    package static func blocker(
        of stage: StageKey,
        open: PromotionRecord?,
        in state: PipelineState
    ) -> (reason: String, since: Timestamp)? {
        if let open, open.isInProgress {
            return ("promotion \(open.id) is running", open.startedAt ?? open.createdAt)
        }
        guard let last = state.stages[stage].flatMap({ lastPromotion(of: $0, in: state) }), last.phase != .succeeded
        else { return nil }
        let why = last.message.isEmpty ? "" : ": \(last.message)"
        let reason = "LastPromotion\(last.phase.rawValue): promotion \(last.id) did not succeed\(why)"
        return (reason, last.finishedAt ?? last.createdAt)
    }

    /// A text about the Applications for a stage whose health has another reason.
    private static func beside(_ found: StageHealthRecord?) -> String {
        guard let found else { return "" }
        let why = found.reason.isEmpty ? "" : " (\(found.reason))"
        return "; its Applications are \(found.status.rawValue)\(why)"
    }

    /// The last promotion that has ended in mode `promote`.
    ///
    /// A promotion that newer freight replaced never ran, and does not count.
    private static func lastPromotion(of record: StageRecord, in state: PipelineState) -> EndedPromotion? {
        guard let last = record.lastPromotion.flatMap({ state.promotions[$0]?.ended }), last.mode == .promote else {
            return nil
        }
        // A promotion that ended with its removed stage does not count for a new stage of the same name.
        return last.removal == nil ? last : nil
    }

    // MARK: Readiness

    /// Kargo's condition Ready: the first reason against it.
    private func whyNotReady(_ stage: StageKey, _ state: PipelineState) -> String {
        guard let status else { return "nothing was promoted to it" }
        guard status == .healthy else { return reason }
        let items = state.stages[stage]?.history.first?.items ?? [:]
        let unverified = items.sorted { $0.key < $1.key }.compactMap { state.freight[stage, $0.value] }
            .filter { $0.verifiedIn[stage.name] == nil }
        guard unverified.isEmpty else {
            return "freight \(Listing.text(unverified.map(\.freight.alias))) is not verified in it"
        }
        return ""
    }
}

extension PromotionRecord {
    /// Whether it is active for Kargo: it may have changed something.
    var isInProgress: Bool { phase == .running || hasActed && !phase.isTerminal }
}
