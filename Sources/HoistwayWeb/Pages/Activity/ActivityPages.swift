import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `/activity`: the actions of people, for administrators; those of one project see only its actions.
struct ActivityPages: Sendable {
    private static let pageSize = 100

    func add(to routes: inout PageRoutes) {
        routes.page("activity") { try await list($0) }
    }

    private func list(_ request: PageRequest) async throws -> Page {
        try request.caller.require(.admin)
        let asked = request.query.text("project")
        let project = try request.caller.scope(asked: asked)
        let before = request.query.text("before").flatMap { Int64($0) }
        let found = try await request.pipelines.activity(project: project, before: before, limit: Self.pageSize)
        return Page("Activity", area: .activity) { html in
            html(.h1, text: "Activity")
            html(.form, .class("filters"), .method("get"), .action(request.paths("activity"))) { html in
                html.field("Project", name: "project", value: asked)
                html(.div, .class("actions")) { $0(.button, .type("submit"), text: "Filter") }
            }
            html(.div, .class("news"), .hidden, .data("news", "audit")) { html in
                html(.a, .class("action plain"), .href(request.paths("activity")), text: "New entries")
            }
            guard !found.isEmpty else {
                guard asked == nil else {
                    return html.empty("Nothing is on record of this project") { html in
                        html(.p) { $0(.a, .href(request.paths("activity")), text: "Show all activity") }
                    }
                }
                return html.empty("Nothing is on record") { html in
                    html(.p, text: "Promotions, approvals, sign-ins and changes of tokens appear here.")
                }
            }
            table(found, request, &html)
            if found.count == Self.pageSize, let last = found.last {
                html(.nav, .class("pager"), .aria("label", "Pages")) { html in
                    let query: [(name: String, value: String?)] = [("project", asked), ("before", String(last.id))]
                    html(
                        .a,
                        .class("action plain"),
                        .href(request.paths.page(["activity"], query)),
                        text: "Older entries"
                    )
                }
            }
        }
    }

    private func table(_ entries: [ActivityView], _ request: PageRequest, _ html: inout HTML) {
        html(.table, .class("list")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["When", "Who", "Did", "On", "Detail"] { html(.th, .scope("col"), text: name) }
                }
            }
            html(.tbody) { html in
                for entry in entries { row(entry, request, &html) }
            }
        }
    }

    private func row(_ entry: ActivityView, _ request: PageRequest, _ html: inout HTML) {
        html(.tr) { html in
            html(.td, .class("short"), .data("label", "When")) { $0.time(entry.at, now: request.now) }
            html(.td, .data("label", "Who"), text: entry.actor)
            html(.td) { html in
                html.state(entry.outcome.shape, entry.action.words)
                if entry.outcome != .done { html(.span, .class("quiet"), text: " \(entry.outcome.rawValue)") }
            }
            html(.td, .data("label", "On")) { object(entry, request, &$0) }
            html(.td, text: Self.detail(of: entry))
        }
    }

    /// Ids of freight that no longer exists are shortened to the part that people compare.
    private static func detail(of entry: ActivityView) -> String {
        // The object's own column shows it.
        guard entry.detail != entry.object?.name else { return "" }
        return entry.detail.split(separator: " ", omittingEmptySubsequences: false).map { word in
            word.utf8.count == 40 && word.allSatisfy(\.isHexDigit) ? "freight \(word.prefix(7))" : String(word)
        }.joined(separator: " ")
    }

    private func object(_ entry: ActivityView, _ request: PageRequest, _ html: inout HTML) {
        guard let object = entry.object else { return entry.project.map { html.text($0) } ?? html.blank() }
        let name = entry.title ?? Self.name(of: object)
        html.text("\(object.kind.rawValue) ")
        guard let link = link(object, project: entry.project, request) else { return html.text(name) }
        html(.a, .href(link), .title(object.name), text: entry.project.map { "\($0)/\(name)" } ?? name)
    }

    /// For objects that no longer exist: freight by the beginning of its id, a promotion by its stage.
    private static func name(of object: AuditObject) -> String {
        switch object.kind {
        case .freight: String(object.name.prefix(7))
        // `STAGE.ULID.FREIGHT`.
        case .promotion: "to \(object.name.split(separator: ".").dropLast(2).joined(separator: "."))"
        case .stage, .warehouse, .delivery, .token, .session: object.name
        }
    }

    private func link(_ object: AuditObject, project: String?, _ request: PageRequest) -> Link? {
        if object.kind == .delivery { return Int64(object.name).map { request.paths.delivery($0) } }
        guard let project else { return nil }
        return switch object.kind {
        case .stage: request.paths.stage(object.name, project: project)
        case .warehouse: request.paths.warehouse(object.name, project: project)
        case .freight: request.paths.freight(object.name, project: project)
        case .promotion: request.paths.promotion(object.name, project: project)
        case .delivery, .token, .session: nil
        }
    }
}

extension AuditOutcome {
    fileprivate var shape: StaticString {
        switch self {
        case .done: "ready"
        case .refused: "none"
        case .failed: "failed"
        }
    }
}

extension AuditAction {
    /// In words: `retryDeliveries` becomes `Retry deliveries`.
    fileprivate var words: String { stored.prefix(1).uppercased() + stored.dropFirst() }
}
