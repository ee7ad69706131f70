import HoistwayModel
import HoistwayPorts

/// The health of a stage's Applications.
struct StageHealthTable {
    let stage: StageView
    let request: PageRequest

    func write(_ html: inout HTML) {
        guard let health = stage.health, let status = health.status else { return }
        html(.section, .class("card")) { html in
            html(.h2, text: "Health")
            html(.p) { html in
                html.state(status, isChip: true)
                if let since = health.since {
                    html.text(" ")
                    html.time(since, now: request.now)
                }
            }
            if !health.reason.isEmpty { html(.p, text: health.reason) }
            if !health.isReady, !health.notReady.isEmpty, health.notReady != health.reason {
                html(.p, .class("quiet"), text: "Not ready: \(health.notReady)")
            }
            guard !health.applications.isEmpty else { return }
            html(.table, .class("list")) { html in
                html(.caption, text: "Applications")
                html(.thead) { html in
                    html(.tr) { html in
                        for name in ["Application", "Health", "Since", "Why"] { html(.th, .scope("col"), text: name) }
                    }
                }
                html(.tbody) { html in
                    for application in health.applications { row(application, &html) }
                }
            }
        }
    }

    private func row(_ application: StageHealth.Application, _ html: inout HTML) {
        html(.tr) { html in
            html(.td) { html in
                html(.strong, text: application.name)
                html(.span, .class("quiet"), text: " \(application.cluster)/\(application.namespace)")
            }
            html(.td, .data("label", "Health")) { $0.state(application.status) }
            html(.td, .class("short"), .data("label", "Since")) { $0.time(application.since, now: request.now) }
            html(.td, .data("label", "Why"), text: application.reason)
        }
    }
}
