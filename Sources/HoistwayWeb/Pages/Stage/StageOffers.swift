import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// Freight of one warehouse that a stage requests.
struct StageOffer: Sendable {
    let upstream: UpstreamView
    /// Newest first.
    let freight: [FreightView]
}

/// Freight that may be promoted to a stage, and from it to all its direct downstream stages: each begins with a
/// preview.
struct StageOffers {
    let stage: StageView
    let offers: [StageOffer]
    /// For each freight of the stage, the stages that get it from here.
    let onward: [AvailabilityView]
    let request: PageRequest

    func write(_ html: inout HTML) {
        for choice in onward where !choice.stages.isEmpty { downstream(choice, &html) }
        guard stage.state != .controlFlow else { return }
        html(.section, .class("card"), .id("promote")) { html in
            html(.h2, text: "Promote")
            guard offers.contains(where: { !$0.freight.isEmpty }) else {
                return html(.p, .class("quiet"), text: "There is no freight for this stage yet.")
            }
            for offer in offers where !offer.freight.isEmpty { write(offer, &html) }
        }
    }

    private func downstream(_ choice: AvailabilityView, _ html: inout HTML) {
        html(.section, .class("card")) { html in
            html(.h2) { html in
                html.text("Promote ")
                html(.a, .href(request.paths.freight(choice.freight, project: stage.project)), text: choice.alias)
                html.text(" to the stages downstream")
            }
            AvailabilityForm(choice: choice, id: "onward-\(choice.warehouse)", areChosen: true, request: request)
                .write(&html)
        }
    }

    private func write(_ offer: StageOffer, _ html: inout HTML) {
        html.form(to: request.paths("projects", stage.project, "previews"), request, class: "stacked") { html in
            let id = "freight-\(offer.upstream.warehouse)"
            html(.input, .type("hidden"), .name("stage"), .value(stage.name))
            html(.label, .for(id), text: "Freight of warehouse \(offer.upstream.warehouse)")
            html(.select, .id(id), .name("freight")) { html in
                for freight in offer.freight {
                    html(.option, .value(freight.id), text: words(freight))
                }
            }
            html(.div, .class("actions")) { html in
                html.actionButton("Preview", needs: .promote, request)
                html(
                    .button,
                    .type("submit"),
                    .formaction(request.paths("projects", stage.project, "stages", stage.name, "approve")),
                    .when(request.caller.role < .promote, .disabled),
                    text: "Approve for this stage"
                )
            }
        }
    }

    private func words(_ freight: FreightView) -> String {
        let versions = freight.contents.prefix(2).map { "\($0.name) \($0.version)" }.joined(separator: ", ")
        let isHere = freight.currentlyIn.contains(stage.name) ? " (there now)" : ""
        return "\(freight.alias): \(versions)\(isHere)"
    }
}
