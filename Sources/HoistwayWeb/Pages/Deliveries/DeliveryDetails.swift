import HoistwayModel
import HoistwayPorts

/// One delivery: how it arrived, how it was verified, the decisions of subscriptions, and its trace.
struct DeliveryDetails {
    let delivery: DeliveryView
    let request: PageRequest

    func write(_ html: inout HTML) {
        let id = "delivery/\(delivery.id)"
        html(.div, .data("live", id), .data("on", id)) { html in
            html(.section, .class("card")) { summary(&$0) }
            decisions(&html)
            section("Trace", delivery.trace, &html)
            headers(&html)
        }
    }

    private func summary(_ html: inout HTML) {
        html(.p) { $0.state(delivery.state.shape, delivery.state.words, isChip: true) }
        html(.p, text: delivery.reason)
        html.facts { html in
            html.fact("Received") { $0.time(delivery.receivedAt, now: request.now, .clock) }
            html.fact("Receiver", delivery.receiver)
            html.fact("Proved by", Self.proof(delivery.verdict))
            if let sender = delivery.senderID { html.fact("Sender's id", sender) }
            if delivery.attempts > 0 { html.fact("Tries that failed", "\(delivery.attempts)") }
            if let kind = delivery.failureKind { html.fact("Kind of failure", kind.rawValue) }
            if let next = delivery.nextTry {
                html.fact("Next try") { $0.time(next, now: request.now) }
            }
        }
        retry(&html)
    }

    /// `github#0` in words: the scheme, and which of the receiver's secrets matched, counted from one.
    static func proof(_ verdict: String) -> String {
        let parts = verdict.split(separator: "#")
        guard parts.count == 2, let index = Int(parts[1]), index < 1000 else { return verdict }
        return "\(parts[0]), with secret \(index + 1) of the receiver"
    }

    private func retry(_ html: inout HTML) {
        html.form(to: request.paths("deliveries", String(delivery.id), "retry"), request, class: "actions") { html in
            html.actionButton("Decide again", needs: .promote, request, class: "action plain")
        }
    }

    private func decisions(_ html: inout HTML) {
        guard let decisions = delivery.decisions, !decisions.isEmpty else { return }
        html(.section, .class("card")) { html in
            html(.h2, text: "What it caused")
            html(.table, .class("list")) { html in
                html(.thead) { html in
                    html(.tr) { html in
                        for name in ["Warehouse", "About", "State", "Decision"] {
                            html(.th, .scope("col"), text: name)
                        }
                    }
                }
                html(.tbody) { html in
                    for decision in decisions { row(decision, &html) }
                }
            }
        }
    }

    private func row(_ decision: SubscriptionDecision, _ html: inout HTML) {
        html(.tr) { html in
            html(.td, .data("label", "Warehouse")) { html in
                html(
                    .a,
                    .href(request.paths.warehouse(decision.warehouse, project: decision.project)),
                    text: "\(decision.project)/\(decision.warehouse)"
                )
            }
            html(.td, .data("label", "About"), text: decision.subject)
            html(.td) { html in html.state(decision.state.shape, decision.state.words) }
            html(.td, text: decision.reason)
        }
    }

    private func headers(_ html: inout HTML) {
        guard let headers = delivery.headers, !headers.isEmpty else { return }
        html(.section, .class("card")) { html in
            html(.h2, text: "Headers")
            html(.p, .class("quiet"), text: "Those that decoding needs; signatures and tokens are never stored.")
            html.facts { html in
                for line in headers { html.fact(line.name) { $0(.span, .class("code"), text: line.value) } }
            }
        }
    }

    private func section(_ title: String, _ lines: [String], _ html: inout HTML) {
        guard !lines.isEmpty else { return }
        html(.section, .class("card")) { html in
            html(.h2, text: title)
            html.lines(lines)
        }
    }
}

extension SubscriptionDecision.State {
    fileprivate var words: String {
        switch self {
        case .waiting: "Waiting"
        case .decided: "Decided"
        case .failed: "Failed"
        }
    }

    fileprivate var shape: StaticString {
        switch self {
        case .waiting: "pending"
        case .decided: "ready"
        case .failed: "failed"
        }
    }
}
