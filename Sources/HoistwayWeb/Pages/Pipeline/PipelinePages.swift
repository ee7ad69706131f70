import HoistwayConsole
import HoistwayLayout
import HoistwayModel
import HoistwayPorts

/// `/projects/NAME`: one pipeline, as a graph and as a list, with its freight.
struct PipelinePages: Sendable {
    /// Manifests in Git.
    let manifests: @Sendable () async -> [ManifestSourceView]
    private let cache = DrawingCache()

    init(manifests: @escaping @Sendable () async -> [ManifestSourceView]) {
        self.manifests = manifests
    }

    /// Up to this number of cards, a page has graph and list, and the style sheet shows one of them.
    ///
    /// Above it only the graph, with a link to the list.
    private static let maxBoth = 120

    func add(to routes: inout PageRoutes) {
        routes.page("projects/:project") { try await show($0) }
        routes.live("live/projects/:project") { try await parts($0, $1) }
    }

    private func show(_ request: PageRequest) async throws -> Page {
        let project = try request.parameter("project")
        try request.require(project: project)
        let query = try PipelineQuery(request.query, project: project)
        let data = try await PipelineData(query, project: project, of: request, cache: cache)
        let manifests = await self.manifests()
        return Page("\(project)", area: .projects) { html in
            html.trail([("Projects", request.paths("projects"))])
            html(.div, .class("head")) { html in
                html(.h1, text: project)
                for (state, count) in data.counts.sorted(by: { $0.key < $1.key }) {
                    html.state(state.shape, "\(count) \(state.words.lowercased())", isChip: true)
                }
            }
            html.notice(request)
            ManifestNotices.write(manifests, of: project, request, &html)
            guard !data.graph.stages.isEmpty || !data.graph.warehouses.isEmpty else {
                return empty(isRead: ManifestNotices.areRead(manifests, of: project), &html)
            }
            html(
                .div,
                .class("pipeline"),
                .data("live-source", source(project, query, request)),
                .data("previews", request.paths("projects", project, "previews").text),
                .data("role", request.caller.role >= .promote ? "promote" : "read")
            ) { html in
                FreightRows(data: data, query: query, request: request).write(&html)
                if let choice = data.choice {
                    FreightPanel(choice: choice, data: data, query: query, request: request).write(&html)
                } else if let freight = query.freight {
                    html(.p, .class("notice warning"), text: "There is no longer freight \(freight) in this project.")
                } else {
                    html(.p, .class("quiet hint"), text: "Choose freight to see where it may go.")
                }
                stages(data, query, request, &html)
            }
        }
    }

    private func stages(_ data: PipelineData, _ query: PipelineQuery, _ request: PageRequest, _ html: inout HTML) {
        let isListOnly = query.view == .list || data.drawing.fold.hidden > 0
        let isBoth = query.view == nil && data.drawing.fold.cards.count <= Self.maxBoth
        tools(data, query, request, isListOnly: isListOnly, isBoth: isBoth, &html)
        if !isListOnly {
            let isAutomatic = query.view == nil
            html(.div, .class(isAutomatic ? "wide-only" : "")) { html in
                PipelineGraph(data: data, query: query, request: request).write(&html)
            }
            if isAutomatic, !isBoth {
                let link = query.link(request, project: data.project) { $0.view = .list }
                html(.p, .class("narrow-only")) { html in
                    html(.a, .class("action"), .href(link), .data("narrow", ""), text: "Show the stages as a list")
                }
            }
        }
        if isListOnly || isBoth {
            html(.div, .class(isListOnly ? "" : "narrow-only")) { html in
                PipelineList(data: data, query: query, request: request).write(&html)
            }
        }
    }

    // MARK: Tools

    private func tools(
        _ data: PipelineData,
        _ query: PipelineQuery,
        _ request: PageRequest,
        isListOnly: Bool,
        isBoth: Bool,
        _ html: inout HTML
    ) {
        func link(_ change: (inout PipelineQuery) -> Void) -> Link {
            query.link(request, project: data.project, change)
        }
        html(.div, .class("tools")) { html in
            html(.h2, text: "Stages")
            // Without a choice, the screen's width decides, so each width has its own marked link.
            let isAutomatic = query.view == nil && !isListOnly
            html(.nav, .class(isAutomatic ? "wide-only" : ""), .aria("label", "View")) { html in
                view("Graph", isChosen: !isListOnly, link { $0.view = .graph }, &html)
                view("List", isChosen: isListOnly, link { $0.view = .list }, &html)
            }
            if isAutomatic {
                html(.nav, .class("narrow-only"), .aria("label", "View")) { html in
                    view("Graph", isChosen: false, link { $0.view = .graph }, &html)
                    view("List", isChosen: isBoth, link { $0.view = .list }, &html)
                }
            }
            if !isListOnly {
                // A small screen shows the list unless the graph was chosen.
                html(.nav, .class(query.view == nil ? "wide-only" : ""), .aria("label", "Zoom")) { html in
                    for zoom in PipelineQuery.zooms {
                        view("\(zoom) %", isChosen: zoom == query.zoom, link { $0.zoom = zoom }, &html)
                    }
                }
            }
            if !data.drawing.fold.opened.isEmpty {
                html(.nav, .aria("label", "Open groups")) { html in
                    for group in data.drawing.fold.opened {
                        html(.a, .class("more"), .href(link { $0.open.removeAll { $0 == group.id } })) { html in
                            html.text("Close \(group.title)")
                        }
                    }
                }
            }
        }
    }

    private func view(_ text: String, isChosen: Bool, _ link: Link, _ html: inout HTML) {
        html(.a, .class("more"), .href(link), .when(isChosen, .aria("current", "true")), text: text)
    }

    /// - Parameter isRead: whether all manifests that can define the project have been read.
    private func empty(isRead: Bool, _ html: inout HTML) {
        guard isRead else {
            return html.empty("Nothing is known of this project yet") { html in
                html(.p, text: "Its stages appear when its manifests can be read.")
            }
        }
        html.empty("This project has no stages yet") { html in
            html(.p, text: "Write a Warehouse and a Stage for it; they appear when the manifests are read again.")
        }
    }

    // MARK: Live

    private func source(_ project: String, _ query: PipelineQuery, _ request: PageRequest) -> String {
        request.paths.link(["live", "projects", project], query: query.fields).text
    }

    /// Changed cards, rows and groups.
    private func parts(_ request: PageRequest, _ ids: [String]) async throws -> [String: HTML?] {
        let project = try request.parameter("project")
        try request.require(project: project)
        let query = try PipelineQuery(request.query, project: project)
        let wanted = ids.compactMap { PipelinePart($0, project: project) }
        let data =
            if wanted.contains(where: \.needsAll) {
                try await PipelineData(query, project: project, of: request, cache: cache)
            } else {
                try await PipelineData(only: wanted.map(\.name), query, project: project, of: request, cache: cache)
            }
        let writer = PipelineParts(data: data, query: query, request: request)
        var found: [String: HTML?] = [:]
        for part in wanted { found.updateValue(writer.html(of: part), forKey: part.id) }
        return found
    }
}
