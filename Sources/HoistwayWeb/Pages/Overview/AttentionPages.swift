import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// Problems that need a person: counts that are links, and the list for each.
struct AttentionPages: Sendable {
    /// One kind of problem.
    enum Kind: String, Sendable, CaseIterable {
        case failed
        case awaitsAcceptance = "waits-for-acceptance"
        case paused
        case drifted
        case stuck
        case unhealthy

        var title: String {
            switch self {
            case .failed: "Failed"
            case .awaitsAcceptance: "Waiting for acceptance"
            case .paused: "Paused"
            case .drifted: "Drifted"
            case .stuck: "Stuck for more than 15 minutes"
            case .unhealthy: "Unhealthy"
            }
        }

        var shape: StaticString {
            switch self {
            case .failed: "failed"
            case .awaitsAcceptance: "awaitsAcceptance"
            case .paused: "paused"
            case .drifted: "drifted"
            case .stuck: "stuck"
            case .unhealthy: "unhealthy"
            }
        }

        /// What it means, and what to do.
        var meaning: String {
            switch self {
            case .failed: "The last promotion to these stages did not succeed."
            case .awaitsAcceptance: "These promotions would change more than their stage's limits allow."
            case .paused: "Nothing is promoted to these stages by itself until the reason is gone."
            case .drifted: "A branch of these stages is not where Hoistway left it."
            case .stuck: "These promotions are open and have made no progress for more than 15 minutes."
            case .unhealthy: "Applications of these stages are not healthy."
            }
        }

        func groups(of view: AttentionView) -> [(name: String?, group: AttentionView.Group)] {
            switch self {
            case .failed: [(nil, view.failed)]
            case .awaitsAcceptance: [(nil, view.awaitsAcceptance)]
            case .drifted: [(nil, view.drifted)]
            case .stuck: [(nil, view.stuck)]
            case .unhealthy: [(nil, view.unhealthy)]
            case .paused: view.paused.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            }
        }

        func count(in view: AttentionView) -> Int { groups(of: view).reduce(0) { $0 + $1.group.count } }
    }

    /// The counts at the top of the overview, without zeros.
    static func counts(_ view: AttentionView, _ request: PageRequest, current: Kind? = nil, _ html: inout HTML) {
        html(
            .section,
            .aria("label", "What needs a person"),
            .data("live", "attention"),
            .data("on", "stage promotion project")
        ) { html in
            let needed = Kind.allCases.filter { $0.count(in: view) > 0 }
            guard !needed.isEmpty else {
                html(.p) { $0.state("ready", "No stage needs you at the moment.") }
                return
            }
            html(.ul, .class("attention")) { html in
                for kind in needed {
                    html(.li) { html in
                        html(
                            .a,
                            .href(request.paths("attention", kind.rawValue)),
                            .when(kind == current, .aria("current", "page"))
                        ) { html in
                            html(.strong, text: "\(kind.count(in: view))")
                            html.state(kind.shape, kind.title)
                        }
                    }
                }
            }
        }
    }

    func list(_ request: PageRequest) async throws -> Page {
        guard let kind = Kind(rawValue: try request.parameter("kind")) else {
            throw APIError.notFound("there is no such list")
        }
        let view = try await request.pipelines.attention(project: try request.caller.scope(asked: nil))
        return Page(kind.title, area: .overview) { html in
            html.trail([("Overview", request.paths())])
            html(.h1, text: kind.title)
            Self.counts(view, request, current: kind, &html)
            html(.p, .class("quiet"), text: kind.meaning)
            guard kind.count(in: view) > 0 else {
                return html.empty("None at the moment") { html in
                    html(.p) { $0(.a, .href(request.paths()), text: "To the overview") }
                }
            }
            for (name, group) in kind.groups(of: view) where group.count > 0 {
                if let name { html(.h2, text: PauseView.Kind(rawValue: name)?.words ?? name) }
                table(group, kind, request, &html)
            }
        }
    }

    private func table(_ group: AttentionView.Group, _ kind: Kind, _ request: PageRequest, _ html: inout HTML) {
        html(.table, .class("list")) { html in
            html(
                .caption,
                text: group.count > group.items.count
                    ? "\(group.items.count) of \(group.count)" : "\(group.count) in all"
            )
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["Project", "Stage", "Freight", "Since", "Reason"] {
                        html(.th, .scope("col"), text: name)
                    }
                }
            }
            html(.tbody) { html in
                for item in group.items { row(item, request, &html) }
            }
        }
    }

    private func row(_ item: AttentionView.Item, _ request: PageRequest, _ html: inout HTML) {
        html(.tr) { html in
            html(.td, .data("label", "Project")) { html in
                html(.a, .href(request.paths.project(item.project)), text: item.project)
            }
            html(.td, .data("label", "Stage")) { html in
                html(.a, .href(request.paths.stage(item.stage, project: item.project)), text: item.stage)
            }
            html(.td, .data("label", "Freight")) { html in
                guard let freight = item.freight else { return html.blank() }
                let link =
                    item.promotion.map { request.paths.promotion($0, project: item.project) }
                    ?? request.paths.freight(freight, project: item.project)
                html(.a, .href(link), text: item.alias ?? String(freight.prefix(7)))
            }
            html(.td, .class("short"), .data("label", "Since")) { html in
                guard let since = item.since else { return html.blank() }
                html.time(since, now: request.now)
            }
            html(.td) { $0.advice(item.reason, project: item.project, request) }
        }
    }
}

extension PauseView.Kind {
    /// In words for people.
    package var words: String {
        switch self {
        case .notLooked: "Branches not read yet"
        case .lostState: "State lost"
        case .twoWriters: "Two writers"
        case .drift: "Branch moved"
        }
    }
}
