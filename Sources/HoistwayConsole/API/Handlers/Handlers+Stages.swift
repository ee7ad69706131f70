import HoistwayModel
import HoistwayPorts

extension Handlers {
    func listStages(_ call: Call) async throws -> Reply {
        // Before the state is read: later changes are in the stream from this revision.
        let revision = "\(feed.revision)"
        let filter = StageFilter(
            project: try call.project,
            name: call.query["name"],
            warehouse: call.query["warehouse"],
            states: Set([call.query["state"].flatMap { StageState(rawValue: $0) }].compactMap(\.self)),
            health: Set([call.query["health"].flatMap { HealthStatus(rawValue: $0) }].compactMap(\.self)),
            mode: call.query["mode"].flatMap { PromotionMode(rawValue: $0) },
            labels: try call.query["labels"].map(Self.labels) ?? [:],
            contains: call.query["contains"]
        )
        let after = try Cursor(of: call).map { StageKey(project: $0.key.first ?? "", name: $0.key.last ?? "") }
        let found = try await pipelines.stages(filter, after: after, limit: call.limit + 1)
        return try Reply(try call.page(found, revision: revision) { [$0.project, $0.name] })
    }

    /// From `key=value,key=value`; a value may be empty.
    static func labels(_ text: String) throws(APIError) -> [String: String] {
        var labels: [String: String] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard pair.count == 2, !pair[0].isEmpty, labels.updateValue(pair[1], forKey: pair[0]) == nil else {
                throw .parameter("labels", "labels must be written as key=value,key=value, each key once")
            }
        }
        return labels
    }

    func explain(_ call: Call, stage: StageKey) async throws -> Reply {
        try Reply(try await pipelines.why(stage: stage, freight: call.query["freight"]))
    }

    func compare(_ call: Call, stage: StageKey) async throws -> Reply {
        guard let since = call.query["since"].flatMap({ Timestamp(rfc3339: $0) }) else {
            throw APIError.parameter("since", "since must be a time as 2026-01-02T03:04:05Z")
        }
        return try Reply(try await pipelines.compare(stage: stage, since: since))
    }

    func createPromotion(_ call: Call) async throws -> Reply {
        try made(try await promote(call, stage: call.stage))
    }

    func promote(_ call: Call, stage: StageKey) async throws -> PromotionView {
        let actor = try call.caller.name
        let digests = (call.texts("accept") ?? []) + [call.text("acceptTree")].compactMap(\.self)
        let consent = PromotionConsent(accept: digests, preview: call.text("preview"))
        if let freight = call.text("freight") {
            return try await pipelines.promote(stage: stage, freight: freight, consent: consent, actor: actor)
        }
        return try await pipelines.promoteCandidate(
            stage: stage,
            warehouse: try call.required("warehouse"),
            consent: consent,
            actor: actor
        )
    }

    func made(_ promotion: PromotionView) throws -> Reply {
        let path = OperationID.getPromotion.operation.path(["project": promotion.project, "promotion": promotion.id])
        return try Reply(promotion, status: 201, location: services.location(path))
    }

    func createDownstream(_ call: Call) async throws -> Reply {
        let views = try await pipelines.promoteDownstream(
            of: call.stage,
            freight: try call.required("freight"),
            actor: call.caller.name
        )
        return try Reply(Items(items: views), status: 201)
    }

    func approve(_ call: Call, stage: StageKey) async throws -> Reply {
        try Reply(
            try await pipelines.approve(stage: stage, freight: try call.required("freight"), actor: call.caller.name)
        )
    }

    func verify(_ call: Call, stage: StageKey, failure: String?) async throws -> Reply {
        let views = try await pipelines.verify(
            stage: stage,
            freight: call.text("freight"),
            failure: failure?.trimmed(),
            actor: call.caller.name
        )
        return try Reply(Items(items: views))
    }

    func adopt(_ call: Call, stage: StageKey) async throws -> Reply {
        let actor = try call.caller.name
        let lines =
            call.flag("fromBranches")
            ? try await pipelines.restore(stage: stage, actor: actor)
            : try await pipelines.adopt(stage: stage, preview: call.flag("preview"), actor: actor)
        return try Reply(Items(items: lines))
    }

    func refresh(_ call: Call, stage: StageKey) async throws -> Reply {
        try Reply(try await pipelines.refresh(stage: stage, actor: call.caller.name))
    }
}
