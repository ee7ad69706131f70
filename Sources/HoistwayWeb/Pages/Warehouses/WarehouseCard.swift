import HoistwayModel
import HoistwayPorts

/// One warehouse with all known facts.
struct WarehouseCard {
    let warehouse: WarehouseView
    let request: PageRequest

    private var key: String { "\(warehouse.project)/\(warehouse.name)" }

    func write(_ html: inout HTML) {
        html(
            .article,
            .class("card"),
            .data("live", "warehouse/\(key)"),
            .data("on", "warehouse/\(key)")
        ) { html in
            html(.div, .class("head")) { html in
                html(.h2) { html in
                    html(
                        .a,
                        .href(request.paths.warehouse(warehouse.name, project: warehouse.project)),
                        text: key
                    )
                }
                html.state(warehouse.outcome.shape, warehouse.outcome.words, isChip: true)
                html(.div, .class("actions")) { refresh(&$0) }
            }
            if let description = warehouse.description { html(.p, text: description) }
            looks(&html)
            subscriptions(&html)
            lines("Could not be looked at", warehouse.failures, &html)
            lines("Not decided yet", warehouse.undecided ?? [], &html)
            lines("Kept out", warehouse.held, &html)
            lines("Skipped at the last look", warehouse.skipped, &html)
        }
    }

    private func refresh(_ html: inout HTML) {
        let action = request.paths("projects", warehouse.project, "warehouses", warehouse.name, "refresh")
        html.form(to: action, request) { html in
            html.actionButton("Look now", needs: .promote, request, class: "action plain")
        }
    }

    private func looks(_ html: inout HTML) {
        html.facts { html in
            html.fact("Last look") { html in
                guard let last = warehouse.lastLook else { return html.text("none has ended yet") }
                html.time(last, now: request.now)
            }
            if let next = warehouse.nextLook {
                html.fact("Next look") { $0.time(next, now: request.now) }
            }
            if let seconds = warehouse.intervalSeconds { html.fact("Looks every", HTML.duration(seconds)) }
            if warehouse.freightCreation == .manual { html.fact("Freight", "is made only when a person asks for it") }
        }
    }

    private func subscriptions(_ html: inout HTML) {
        guard !warehouse.sources.isEmpty else { return html.lines(warehouse.subscriptions) }
        html(.table, .class("list")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["Subscription", "Takes", "Newest", "Since"] { html(.th, .scope("col"), text: name) }
                }
            }
            html(.tbody) { html in
                for source in warehouse.sources { row(source, &html) }
            }
        }
    }

    private func row(_ source: SubscriptionView, _ html: inout HTML) {
        html(.tr) { html in
            html(.td) { html in
                html(.span, .class("quiet"), text: "\(source.kind.words) ")
                html(
                    .span,
                    .class("code"),
                    text: source.chart.map { "\(source.repository) \($0)" } ?? source.repository
                )
            }
            html(.td, .data("label", "Takes"), text: takes(source))
            html(.td, .data("label", "Newest")) { html in
                guard let newest = source.newest else { return html.text("none found yet") }
                html(.strong) { $0.outside(newest.url, text: newest.version) }
                if let subject = newest.subject { html.text(" \(subject)") }
            }
            html(.td, .class("short"), .data("label", "Since")) { html in
                guard let since = source.newestSince else { return html.blank() }
                html.time(since, now: request.now)
            }
        }
    }

    private func takes(_ source: SubscriptionView) -> String {
        let parts = [source.strategy, source.constraint, source.branch.map { "branch \($0)" }].compactMap(\.self)
        return parts.isEmpty ? "the newest" : parts.joined(separator: ", ")
    }

    private func lines(_ title: String, _ lines: [String], _ html: inout HTML) {
        guard !lines.isEmpty else { return }
        html(.h3, text: title)
        html.lines(lines)
    }
}

extension WarehouseView.Outcome {
    fileprivate var words: String {
        switch self {
        case .waiting: "Not looked yet"
        case .done: "Looked"
        case .failed: "Last look failed"
        }
    }

    fileprivate var shape: StaticString {
        switch self {
        case .waiting: "pending"
        case .done: "ready"
        case .failed: "failed"
        }
    }
}

extension ArtifactView.Kind {
    /// In words for people.
    package var words: String {
        switch self {
        case .image: "Image"
        case .commit: "Repository"
        case .chart: "Chart"
        }
    }
}
