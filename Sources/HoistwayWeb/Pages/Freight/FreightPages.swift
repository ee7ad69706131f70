import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `/projects/NAME/freight/ID`: the content of a piece of freight, and its way through the stages; two can be compared.
struct FreightPages: Sendable {
    func add(to routes: inout PageRoutes) {
        routes.page("projects/:project/freight/:freight") { try await show($0) }
        routes.live("live/projects/:project/freight") { try await parts($0, $1) }
        routes.action("projects/:project/freight/:freight/approve", needs: .promote, as: .approve) {
            try await approve($0, $1)
        }
    }

    /// How many pieces of freight are offered for a comparison.
    private static let offered = 30

    private func show(_ request: PageRequest) async throws -> Page {
        let project = try request.parameter("project")
        try request.require(project: project)
        let view = try await request.pipelines.freight(try request.parameter("freight"), project: project)
        let places = try await request.pipelines.availability(of: view.id, project: project, from: nil)
        let others = try await request.pipelines.freight(
            FreightFilter(project: project, warehouse: view.warehouse),
            after: nil,
            limit: Self.offered + 1
        ).filter { $0.id != view.id }.prefix(Self.offered)
        var other: FreightView?
        if let name = request.query.text("compare") {
            other = try await request.pipelines.freight(name, project: project)
        }
        return Page("Freight \(view.alias)", area: .projects) { html in
            html.trail([
                ("Projects", request.paths("projects")), (project, request.paths.project(project)),
                (view.warehouse, request.paths.warehouse(view.warehouse, project: project)),
            ])
            html.notice(request)
            html(.div, .data("live-source", request.paths("live", "projects", project, "freight").text)) { html in
                FreightDetails(view: view, places: places, request: request).write(&html)
            }
            FreightComparison(view: view, other: other, offered: Array(others), request: request).write(&html)
        }
    }

    private func parts(_ request: PageRequest, _ ids: [String]) async throws -> [String: HTML?] {
        let project = try request.parameter("project")
        try request.require(project: project)
        var found: [String: HTML?] = [:]
        for id in ids where id.hasPrefix("freight/\(project)/") {
            do {
                let name = String(id.dropFirst("freight/\(project)/".count))
                let view = try await request.pipelines.freight(name, project: project)
                let places = try await request.pipelines.availability(of: view.id, project: project, from: nil)
                var html = HTML()
                FreightDetails(view: view, places: places, request: request).write(&html)
                found.updateValue(html, forKey: id)
            } catch {
                guard APIError(error).code == .notFound else { throw error }
                found.updateValue(nil, forKey: id)
            }
        }
        return found
    }

    private func approve(_ request: PageRequest, _ form: FormFields) async throws -> Link {
        let project = try request.parameter("project")
        try request.require(project: project)
        guard let stage = form.text("stage") else { throw APIError.invalid("no stage is chosen") }
        let freight = try await request.pipelines.approve(
            stage: StageKey(project: project, name: stage),
            freight: try request.parameter("freight"),
            actor: request.caller.name
        )
        return request.paths.link(
            ["projects", project, "freight", freight.id],
            query: [("done", DoneNotice.approved.rawValue)]
        )
    }
}
