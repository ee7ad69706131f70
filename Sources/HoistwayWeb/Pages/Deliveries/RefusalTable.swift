import HoistwayPorts

/// Requests that receivers refused.
struct RefusalTable {
    let refusals: [RefusalView]
    let request: PageRequest

    func write(_ html: inout HTML) {
        html(.table, .class("list")) { html in
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["When", "Receiver", "Reason", "From", "Bytes"] { html(.th, .scope("col"), text: name) }
                }
            }
            html(.tbody) { html in
                for refusal in refusals { row(refusal, &html) }
            }
        }
    }

    private func row(_ refusal: RefusalView, _ html: inout HTML) {
        html(.tr) { html in
            html(.td, .class("short"), .data("label", "When")) { $0.time(refusal.at, now: request.now) }
            html(.td, .data("label", "Receiver"), text: refusal.receiver)
            html(.td) { html in
                html.text("\(refusal.reason) ")
                html(.span, .class("quiet"), text: "(\(refusal.scheme), \(refusal.code))")
            }
            html(.td, .class("short"), .data("label", "From"), text: refusal.peer)
            html(.td, .class("number"), .data("label", "Bytes"), text: "\(refusal.bytes)")
        }
    }
}
