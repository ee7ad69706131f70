import HoistwayModel
import HoistwayPorts

/// Stages for freight, with reasons, and the form that previews its promotions to the selected ones.
struct AvailabilityForm {
    let choice: AvailabilityView
    /// Unique within the page.
    let id: String
    /// Whether all stages that can get the freight are selected at first.
    let areChosen: Bool
    let request: PageRequest

    /// The most rows; with more stages, those that can get the freight come first.
    private static let maxRows = 200

    func write(_ html: inout HTML) {
        let rows = sorted
        html.form(
            to: request.paths("projects", choice.project, "previews"),
            request,
            id: id
        ) { html in
            html(.input, .type("hidden"), .name("freight"), .value(choice.freight))
            table(rows.prefix(Self.maxRows), &html)
            if rows.count > Self.maxRows {
                html(.p, .class("quiet"), text: "\(rows.count - Self.maxRows) more stages are not listed.")
            }
            html(.div, .class("actions")) { html in
                html.actionButton("Preview the chosen stages", needs: .promote, request)
                html(.small, .class("quiet"), text: "Nothing is promoted yet: you see the exact difference first.")
            }
        }
    }

    private func table(_ rows: ArraySlice<AvailabilityView.Stage>, _ html: inout HTML) {
        html(.table, .class("list")) { html in
            html(.caption, text: "Stages that ask for this freight")
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["Stage", "Now there", "This freight", "Why"] { html(.th, .scope("col"), text: name) }
                }
            }
            html(.tbody) { html in
                for row in rows { self.row(row, &html) }
            }
        }
    }

    private func row(_ row: AvailabilityView.Stage, _ html: inout HTML) {
        let name = row.place.stage
        html(.tr) { html in
            html(.td) { html in
                if row.canPromote {
                    html(
                        .input,
                        .type("checkbox"),
                        .name("stage"),
                        .id("\(id)-\(name)"),
                        .value(name),
                        .when(areChosen || choice.stages.count == 1, .checked)
                    )
                    html(.label, .for("\(id)-\(name)"), text: name)
                } else {
                    html(.a, .href(request.paths.stage(name, project: choice.project)), text: name)
                }
            }
            html(.td, .data("label", "Now there")) { html in
                html.text(row.present.map { $0.artifacts.first?.version ?? $0.alias } ?? "nothing yet")
            }
            html(.td, .data("label", "This freight")) { $0.state(row.place.state.shape, row.words) }
            html(.td, .data("label", "Why")) { reasons(row, &$0) }
        }
    }

    private func reasons(_ row: AvailabilityView.Stage, _ html: inout HTML) {
        html.advice(row.place.reason, project: choice.project, request)
        if let until = row.place.until, !row.canPromote {
            html.text(" · ")
            html.time(until, now: request.now)
        }
        if let alias = row.replacedBy {
            html(.p, .class("quiet"), text: "Automatic promotion would then promote \(alias).")
        }
        for pause in row.pauses {
            html(.p, .class("quiet"), text: "Paused: \(pause.words.lowercased()). A person may promote all the same.")
        }
    }

    /// Stages that can get it first, each group in the order of the pipeline.
    private var sorted: [AvailabilityView.Stage] {
        choice.stages.filter(\.canPromote) + choice.stages.filter { !$0.canPromote }
    }
}
