import HoistwayModel
import HoistwayPorts

/// A piece of freight: its artifacts, where it is, where it may go, and its history.
struct FreightDetails {
    let view: FreightView
    let places: AvailabilityView
    let request: PageRequest

    func write(_ html: inout HTML) {
        let key = "freight/\(view.project)/\(view.id)"
        html(.article, .data("live", key), .data("on", key)) { html in
            html(.div, .class("head")) { html in
                html(.h1, text: "Freight \(view.alias)")
                html(.div, .class("actions")) { html in
                    let link = request.paths.link(["projects", view.project], query: [("freight", view.id)])
                    html(.a, .class("action"), .href(link), text: "Promote it")
                }
            }
            html(.section, .class("card")) { html in
                html.facts { html in
                    html.fact("Artifacts") { ArtifactLines(artifacts: view.contents).write(&$0) }
                    html.fact("Warehouse") { html in
                        html(
                            .a,
                            .href(request.paths.warehouse(view.warehouse, project: view.project)),
                            text: view.warehouse
                        )
                    }
                    html.fact("Found") { $0.time(view.discoveredAt, now: request.now) }
                    html.fact("Cause", view.cause)
                    html.fact("Id") { $0(.span, .class("code"), text: view.id) }
                }
            }
            stages(&html)
        }
    }

    private func stages(_ html: inout HTML) {
        guard !places.stages.isEmpty else {
            return html(.p, text: "No stage asks for freight of this warehouse.")
        }
        let trail = Dictionary(view.trail.map { ($0.stage, $0) }) { first, _ in first }
        html(.table, .class("list")) { html in
            html(.caption, text: "Its trail, upstream first")
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["Stage", "State", "Since", "Why", "Verified", "Promotion", ""] {
                        html(.th, .scope("col")) { html in
                            if name.isEmpty { html(.span, .class("unseen"), text: "Actions") } else { html.text(name) }
                        }
                    }
                }
            }
            html(.tbody) { html in
                for stage in places.stages { row(stage, trail[stage.place.stage], &html) }
            }
        }
    }

    private func row(_ stage: AvailabilityView.Stage, _ entry: FreightView.TrailEntry?, _ html: inout HTML) {
        let place = stage.place
        html(.tr) { html in
            html(.td) { html in
                html(.a, .href(request.paths.stage(place.stage, project: view.project)), text: place.stage)
            }
            html(.td, .data("label", "State")) { $0.state(place.state.shape, stage.words) }
            html(.td, .class("short"), .data("label", "Since")) { html in
                guard let since = place.since else { return html.blank() }
                html.time(since, now: request.now)
            }
            html(.td, .data("label", "Why")) { html in
                html.advice(place.reason, project: view.project, request)
                if let until = place.until {
                    html.text(" · ")
                    html.time(until, now: request.now)
                }
            }
            html(.td, .data("label", "Verified")) { verified(entry, &$0) }
            html(.td, .class("short"), .data("label", "Promotion")) { promotion(place, entry, &$0) }
            html(.td) { approve(place, entry, &$0) }
        }
    }

    private func verified(_ entry: FreightView.TrailEntry?, _ html: inout HTML) {
        if let failed = entry?.verificationFailure {
            html.state("failed", "Does not work there")
            html.text(" \(failed.reason) (token \(failed.actor))")
        } else if let time = entry?.verifiedAt {
            html.time(time, now: request.now)
            if let by = entry?.verifiedBy { html.text(" by \(by)") }
        } else {
            html.blank()
        }
        if let by = entry?.approvedBy { html(.p, .class("quiet"), text: "approved by token \(by)") }
    }

    private func promotion(_ place: FreightPlaceView, _ entry: FreightView.TrailEntry?, _ html: inout HTML) {
        guard let id = place.promotion ?? entry?.promotion else { return html.blank() }
        html(
            .a,
            .href(request.paths.promotion(id, project: view.project)),
            text: entry?.phase?.rawValue ?? "Promotion"
        )
    }

    private func approve(_ place: FreightPlaceView, _ entry: FreightView.TrailEntry?, _ html: inout HTML) {
        guard place.state == .notYet, entry?.approvedAt == nil else { return }
        html.form(to: request.paths("projects", view.project, "freight", view.id, "approve"), request) { html in
            html(.input, .type("hidden"), .name("stage"), .value(place.stage))
            html.actionButton("Approve", needs: .promote, request, class: "action plain")
        }
    }
}
