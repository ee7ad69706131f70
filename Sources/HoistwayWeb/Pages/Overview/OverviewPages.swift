import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `/`: problems that need a person first, then all projects, the worst first.
struct OverviewPages: Sendable {
    let web: WebPages

    func add(to routes: inout PageRoutes) {
        routes.page("") { try await overview($0) }
        routes.page("projects") { try await overview($0, area: .projects) }
        routes.page("attention/:kind") { try await AttentionPages().list($0) }
        routes.page("search") { try await SearchPage().show($0) }
        routes.live("live/overview") { try await rows($0, $1) }
    }

    private func overview(_ request: PageRequest, area: Page.Area = .overview) async throws -> Page {
        let filter = try OverviewFilter(request.query)
        let scope = try request.caller.scope(asked: nil)
        async let attention = request.pipelines.attention(project: scope)
        let projects = try await request.pipelines.projects(
            try filter.stages(for: request.caller),
            after: filter.after,
            limit: OverviewFilter.pageSize,
            stages: OverviewFilter.stagesShown
        )
        let needs = try await attention
        let manifests = await web.configuration.manifests()
        return Page(area == .overview ? "Overview" : "Projects", area: area) { html in
            html(.h1, text: area == .overview ? "Overview" : "Projects")
            ManifestNotices.write(manifests, request, &html)
            html(.div, .data("live-source", source(filter, request))) { html in
                if area == .overview { AttentionPages.counts(needs, request, &html) }
                filters(filter, request, &html)
                for project in projects { ProjectRow(project: project, request: request).write(&html) }
            }
            if projects.isEmpty { empty(filter, request, &html) }
            pager(filter, projects, request, &html)
        }
    }

    /// Changed rows, for the script.
    private func rows(_ request: PageRequest, _ ids: [String]) async throws -> [String: HTML?] {
        let filter = try OverviewFilter(request.query)
        var found: [String: HTML?] = [:]
        for id in ids {
            if id == "attention" {
                let view = try await request.pipelines.attention(project: try request.caller.scope(asked: nil))
                var html = HTML()
                AttentionPages.counts(view, request, &html)
                found.updateValue(html, forKey: id)
            }
            guard id.hasPrefix("project/") else { continue }
            var one = filter
            one.project = String(id.dropFirst("project/".count))
            guard let name = one.project, request.caller.sees(project: name) else { continue }
            let projects = try await request.pipelines.projects(
                try one.stages(for: request.caller),
                after: nil,
                limit: 1,
                stages: OverviewFilter.stagesShown
            )
            // Assigning `nil` by subscript would remove the key.
            found.updateValue(
                projects.first.map { project in
                    var html = HTML()
                    ProjectRow(project: project, request: request).write(&html)
                    return html
                },
                forKey: id
            )
        }
        return found
    }

    private func source(_ filter: OverviewFilter, _ request: PageRequest) -> String {
        request.paths.page(["live", "overview"], filter.query).text
    }

    // MARK: Parts

    private func filters(_ filter: OverviewFilter, _ request: PageRequest, _ html: inout HTML) {
        html(.details, .class("filtering"), .when(!filter.isEmpty, .open)) { html in
            html(.summary, text: filter.isEmpty ? "Filter" : "Filtered")
            html(.form, .class("filters"), .method("get"), .action(request.paths.link(own(request)))) { html in
                html.field("Project", name: "project", value: filter.project)
                html.field("Version, tag or commit", name: "version", value: filter.version)
                html.field("Label", name: "label", value: filter.label, placeholder: "team=payments")
                html.choice(
                    "State",
                    name: "state",
                    chosen: filter.state?.rawValue,
                    any: "any",
                    StageState.allCases.map { ($0.rawValue, $0.words) }
                )
                html.choice(
                    "Health",
                    name: "health",
                    chosen: filter.health?.rawValue,
                    any: "any",
                    HealthStatus.allCases.map { ($0.rawValue, $0.rawValue) }
                )
                html.choice(
                    "Mode",
                    name: "mode",
                    chosen: filter.mode?.rawValue,
                    any: "any",
                    PromotionMode.allCases.map { ($0.rawValue, $0.rawValue) }
                )
                html(.div, .class("actions")) { html in
                    html(.button, .type("submit"), text: "Filter")
                    if !filter.isEmpty { html(.a, .href(request.paths.link(own(request))), text: "Show all") }
                }
            }
        }
    }

    private func own(_ request: PageRequest) -> [String] { request.head.path == "/projects" ? ["projects"] : [] }

    private func empty(_ filter: OverviewFilter, _ request: PageRequest, _ html: inout HTML) {
        if !filter.isEmpty || filter.after != nil {
            html.empty("No project matches") { html in
                html(.p) { $0(.a, .href(request.paths.link(own(request))), text: "Show all projects") }
            }
            return
        }
        html.empty("There are no pipelines yet") { html in
            html(.p) { html in
                html.text("Write a Warehouse and a Stage, name the files in ")
                html(.code, text: "manifests")
                html.text(" of the configuration, and run ")
                html(.code, text: "hoistway check")
                html.text(".")
            }
        }
    }

    private func pager(
        _ filter: OverviewFilter,
        _ projects: [ProjectView],
        _ request: PageRequest,
        _ html: inout HTML
    ) {
        let hasMore = projects.count == OverviewFilter.pageSize
        guard hasMore || filter.after != nil, let last = projects.last else { return }
        html(.nav, .class("pager"), .aria("label", "Pages")) { html in
            if filter.after != nil {
                html(
                    .a,
                    .class("action plain"),
                    .href(request.paths.page(own(request), filter.query)),
                    text: "To the first page"
                )
            }
            if hasMore {
                let after = "\(last.state.rawValue).\(last.name)"
                let link = request.paths.page(own(request), filter.query + [("after", after)])
                html(.a, .class("action plain"), .href(link), text: "Next \(OverviewFilter.pageSize) projects")
            }
        }
    }
}
