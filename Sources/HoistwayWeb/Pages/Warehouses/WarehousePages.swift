import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// Warehouses: their subscriptions, their last and next look, and a button for a look now.
struct WarehousePages: Sendable {
    private static let pageSize = 50

    func add(to routes: inout PageRoutes) {
        routes.page("warehouses") { try await list($0) }
        routes.page("projects/:project/warehouses/:warehouse") { try await one($0) }
        routes.action("projects/:project/warehouses/:warehouse/refresh", needs: .promote, as: .refresh) {
            try await refresh($0, $1)
        }
        routes.live("live/warehouses") { try await cards($0, $1) }
    }

    private func list(_ request: PageRequest) async throws -> Page {
        let project = try request.caller.scope(asked: request.query.text("project"))
        let after = request.query.text("after").flatMap(Self.key)
        let found = try await request.pipelines.warehouses(project: project, after: after, limit: Self.pageSize)
        return Page("Warehouses", area: .warehouses) { html in
            html(.h1, text: "Warehouses")
            html(.form, .class("filters"), .method("get"), .action(request.paths("warehouses"))) { html in
                html.field("Project", name: "project", value: request.query.text("project"))
                html(.div, .class("actions")) { $0(.button, .type("submit"), text: "Filter") }
            }
            guard !found.isEmpty else {
                guard request.query.text("project") == nil else {
                    return html.empty("There is no warehouse in this project") { html in
                        html(.p) { $0(.a, .href(request.paths("warehouses")), text: "Show all warehouses") }
                    }
                }
                return html.empty("There is no warehouse") { html in
                    html(
                        .p,
                        text: "A Warehouse subscribes to images, repositories or charts, and makes freight of them."
                    )
                }
            }
            html(.div, .data("live-source", request.paths("live", "warehouses").text)) { html in
                for warehouse in found { WarehouseCard(warehouse: warehouse, request: request).write(&html) }
            }
            if found.count == Self.pageSize || after != nil, let last = found.last {
                html(.nav, .class("pager"), .aria("label", "Pages")) { html in
                    if after != nil {
                        html(.a, .class("action plain"), .href(request.paths("warehouses")), text: "To the first page")
                    }
                    if found.count == Self.pageSize {
                        let query: [(name: String, value: String?)] = [
                            ("project", request.query.text("project")), ("after", "\(last.project)/\(last.name)"),
                        ]
                        html(
                            .a,
                            .class("action plain"),
                            .href(request.paths.page(["warehouses"], query)),
                            text: "Next \(Self.pageSize)"
                        )
                    }
                }
            }
        }
    }

    private func cards(_ request: PageRequest, _ ids: [String]) async throws -> [String: HTML?] {
        var found: [String: HTML?] = [:]
        for id in ids {
            guard id.hasPrefix("warehouse/"), let key = Self.key(String(id.dropFirst("warehouse/".count))),
                request.caller.sees(project: key.project)
            else { continue }
            do {
                var html = HTML()
                WarehouseCard(warehouse: try await request.pipelines.warehouse(key), request: request).write(&html)
                found.updateValue(html, forKey: id)
            } catch {
                guard APIError(error).code == .notFound else { throw error }
                found.updateValue(nil, forKey: id)
            }
        }
        return found
    }

    private func one(_ request: PageRequest) async throws -> Page {
        let key = try Self.key(of: request)
        let warehouse = try await request.pipelines.warehouse(key)
        return Page("\(key.name) · \(key.project)", area: .warehouses) { html in
            html.trail([
                ("Projects", request.paths("projects")), (key.project, request.paths.project(key.project)),
                ("Warehouses", request.paths("warehouses")),
            ])
            html(.h1, text: "Warehouse \(key.name)")
            html.notice(request)
            html(.div, .data("live-source", request.paths("live", "warehouses").text)) { html in
                WarehouseCard(warehouse: warehouse, request: request).write(&html)
            }
        }
    }

    private func refresh(_ request: PageRequest, _ form: FormFields) async throws -> Link {
        let key = try Self.key(of: request)
        // The answer is the same for a missing warehouse and for one that the visitor may not see.
        _ = try await request.pipelines.warehouse(key)
        _ = try await request.pipelines.refresh(warehouse: key, actor: request.caller.name)
        let link = request.paths.link(
            ["projects", key.project, "warehouses", key.name],
            query: [("done", DoneNotice.refreshed.rawValue)]
        )
        return link
    }

    private static func key(of request: PageRequest) throws(APIError) -> WarehouseKey {
        let project = try request.parameter("project")
        try request.require(project: project)
        return WarehouseKey(project: project, name: try request.parameter("warehouse"))
    }

    /// `project/name`.
    private static func key(_ text: String) -> WarehouseKey? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        return WarehouseKey(project: String(parts[0]), name: String(parts[1]))
    }
}
