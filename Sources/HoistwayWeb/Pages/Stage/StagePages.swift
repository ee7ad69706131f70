import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `/projects/NAME/stages/STAGE`: the freight of a stage, why nothing moves, and what can be done.
struct StagePages: Sendable {
    func add(to routes: inout PageRoutes) {
        routes.page("projects/:project/stages/:stage") { try await show($0) }
        routes.page("projects/:project/stages/:stage/compare") { try await StageComparePage().show($0) }
        routes.page("projects/:project/stages/:stage/adopt") { try await adopting($0) }
        routes.live("live/projects/:project/stages") { try await parts($0, $1) }
        for action in StageAction.allCases {
            let path = "projects/:project/stages/:stage/\(action.rawValue)"
            routes.action(path, needs: .promote, as: action.audited) { try await act(action, $0, $1) }
        }
    }

    /// The most promotions in the history.
    static let shownPromotions = 20
    /// The most freight of each warehouse that is offered for promotion.
    private static let offeredFreight = 10

    static func key(of request: PageRequest) throws(APIError) -> StageKey {
        let project = try request.parameter("project")
        try request.require(project: project)
        return StageKey(project: project, name: try request.parameter("stage"))
    }

    static func trail(_ key: StageKey, _ request: PageRequest, isDeeper: Bool = false) -> [(text: String, link: Link)] {
        [("Projects", request.paths("projects")), (key.project, request.paths.project(key.project))]
            + (isDeeper ? [(key.name, request.paths.stage(key.name, project: key.project))] : [])
    }

    private func show(_ request: PageRequest) async throws -> Page {
        let key = try Self.key(of: request)
        let stage = try await request.pipelines.stage(key)
        let promotions = try await promotions(of: key, request)
        var offers: [StageOffer] = []
        for upstream in stage.upstream { offers.append(try await offer(upstream, to: key, request)) }
        var onward: [AvailabilityView] = []
        for content in stage.contents {
            onward.append(
                try await request.pipelines.availability(of: content.freight, project: key.project, from: key.name)
            )
        }
        return Page("\(key.name) · \(key.project)", area: .projects) { html in
            html.trail(Self.trail(key, request))
            html.notice(request)
            html(.div, .data("live-source", request.paths("live", "projects", key.project, "stages").text)) { html in
                StageDetails(stage: stage, promotions: promotions, request: request).write(&html)
            }
            StageOffers(stage: stage, offers: offers, onward: onward, request: request).write(&html)
        }
    }

    private func promotions(of key: StageKey, _ request: PageRequest) async throws -> [PromotionView] {
        try await request.pipelines.promotions(
            PromotionFilter(project: key.project, stage: key.name),
            after: nil,
            limit: Self.shownPromotions
        )
    }

    private func offer(_ upstream: UpstreamView, to key: StageKey, _ request: PageRequest) async throws -> StageOffer {
        let freight = try await request.pipelines.freight(
            FreightFilter(project: key.project, warehouse: upstream.warehouse),
            after: nil,
            limit: Self.offeredFreight
        )
        return StageOffer(upstream: upstream, freight: freight)
    }

    private func parts(_ request: PageRequest, _ ids: [String]) async throws -> [String: HTML?] {
        let project = try request.parameter("project")
        try request.require(project: project)
        var found: [String: HTML?] = [:]
        for id in ids where id.hasPrefix("stage/\(project)/") {
            let key = StageKey(project: project, name: String(id.dropFirst("stage/\(project)/".count)))
            do {
                var html = HTML()
                StageDetails(
                    stage: try await request.pipelines.stage(key),
                    promotions: try await promotions(of: key, request),
                    request: request
                ).write(&html)
                found.updateValue(html, forKey: id)
            } catch {
                guard APIError(error).code == .notFound else { throw error }
                found.updateValue(nil, forKey: id)
            }
        }
        return found
    }

    // MARK: Actions

    private func act(_ action: StageAction, _ request: PageRequest, _ form: FormFields) async throws -> Link {
        let key = try Self.key(of: request)
        let actor = request.caller.name
        switch action {
        case .refresh: _ = try await request.pipelines.refresh(stage: key, actor: actor)
        case .adopt: _ = try await request.pipelines.adopt(stage: key, actor: actor)
        case .restore: _ = try await request.pipelines.restore(stage: key, actor: actor)
        case .approve:
            guard let freight = form.text("freight") else { throw APIError.invalid("no freight is chosen") }
            _ = try await request.pipelines.approve(stage: key, freight: freight, actor: actor)
        case .verify:
            let isGood = form.text("verdict") == "good"
            let reason = form.text("reason")
            guard isGood || reason != nil else {
                throw APIError.invalid("no reason is given", hint: "write why the freight does not work there")
            }
            _ = try await request.pipelines.verify(
                stage: key,
                freight: form.text("freight"),
                failure: isGood ? nil : reason,
                actor: actor
            )
        }
        let link = request.paths.link(
            ["projects", key.project, "stages", key.name],
            query: [("done", action.notice.rawValue)]
        )
        return link
    }

    /// Shows what adopting the branches would mean, before it is done.
    private func adopting(_ request: PageRequest) async throws -> Page {
        let key = try Self.key(of: request)
        let lines = try await request.pipelines.adopt(stage: key, preview: true, actor: request.caller.name)
        return Page("Adopt the branches of \(key.name)", area: .projects) { html in
            html.trail(Self.trail(key, request, isDeeper: true))
            html(.h1, text: "Adopt the branches of \(key.name)")
            html(.section, .class("card")) { html in
                html(.p, text: "The heads that the branches have now are accepted, whoever made them:")
                html.lines(lines)
                html.form(to: request.paths("projects", key.project, "stages", key.name, "adopt"), request) { html in
                    html.actionButton("Adopt them", needs: .promote, request)
                }
            }
        }
    }
}

/// The actions of forms on a stage's page; the last part of their paths.
enum StageAction: String, CaseIterable, Sendable {
    case refresh
    case adopt
    case restore
    case approve
    case verify

    /// The action in the audit trail.
    var audited: AuditAction {
        switch self {
        case .refresh: .refresh
        case .adopt: .adopt
        case .restore: .adoptFromBranches
        case .approve: .approve
        case .verify: .verify
        }
    }

    var notice: DoneNotice {
        switch self {
        case .refresh: .stageRefreshed
        case .adopt: .adopted
        case .restore: .restored
        case .approve: .approved
        case .verify: .verified
        }
    }
}
