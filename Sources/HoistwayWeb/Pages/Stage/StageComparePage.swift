import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// Compares what would have been pushed to a stage in observe mode with what others pushed.
struct StageComparePage: Sendable {
    /// In days.
    private static let spans = [1, 7, 30]

    func show(_ request: PageRequest) async throws -> Page {
        let key = try StagePages.key(of: request)
        let wanted = request.query.text("days").flatMap { Int($0) } ?? 7
        let days = Self.spans.contains(wanted) ? wanted : 7
        let found = try await request.pipelines.compare(
            stage: key,
            since: request.now + .seconds(-86_400 * Int64(days))
        )
        return Page("Compare \(key.name)", area: .projects) { html in
            html.trail(StagePages.trail(key, request, isDeeper: true))
            html(.h1, text: "\(key.name) and the pushes of others")
            html(.nav, .class("tools"), .aria("label", "Time")) { html in
                for span in Self.spans {
                    let link = request.paths.link(
                        ["projects", key.project, "stages", key.name, "compare"],
                        query: [("days", String(span))]
                    )
                    html(
                        .a,
                        .class("more"),
                        .href(link),
                        .when(span == days, .aria("current", "true")),
                        text: span == 1 ? "1 day" : "\(span) days"
                    )
                }
            }
            html(.p) { html in
                for verdict in Comparison.Verdict.allCases {
                    let count = found.counts[verdict.rawValue] ?? 0
                    // Zero counts have no colour.
                    html.state(count > 0 ? verdict.shape : "none", "\(count) \(verdict.words)", isChip: true)
                    html.text(" ")
                }
            }
            if found.isCut { html(.p, .class("notice warning"), text: "A branch has more commits than were read.") }
            guard !found.rows.isEmpty else {
                return html.empty("Nothing was observed and nothing was pushed in this time") { html in
                    html(.p, text: "Choose a longer time, or wait for the next version.")
                }
            }
            table(found.rows, key, request, &html)
        }
    }

    private func table(_ rows: [Comparison.Row], _ key: StageKey, _ request: PageRequest, _ html: inout HTML) {
        html(.table, .class("list")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["Image", "Verdict", "Ours", "Theirs", "What"] { html(.th, .scope("col"), text: name) }
                }
            }
            html(.tbody) { html in
                for row in rows {
                    html(.tr) { html in
                        html(.td) { html in
                            html(.strong, text: row.name)
                            html(.span, .class("quiet"), text: " \(row.file), \(row.branch)")
                        }
                        html(.td, .data("label", "Verdict")) { $0.state(row.verdict.shape, row.verdict.words) }
                        html(.td, .data("label", "Ours")) { html in
                            guard let ours = row.ours else { return html.blank() }
                            if let promotion = row.promotion {
                                html(.a, .href(request.paths.promotion(promotion, project: key.project)), text: ours)
                            } else {
                                html.text(ours)
                            }
                        }
                        html(.td, .data("label", "Theirs"), text: row.theirs ?? "–")
                        html(.td, .data("label", "What"), text: row.text)
                    }
                }
            }
        }
    }
}

extension Comparison.Verdict {
    var words: String {
        switch self {
        case .same: "the same"
        case .different: "another digest"
        case .missed: "only ours"
        case .extra: "only theirs"
        }
    }

    var shape: StaticString {
        switch self {
        case .same: "ready"
        case .different: "failed"
        case .missed: "pending"
        case .extra: "awaitsAcceptance"
        }
    }
}
