import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// The stages for the chosen freight, with reasons, and the form that previews its promotions.
struct FreightPanel {
    let choice: AvailabilityView
    let data: PipelineData
    let query: PipelineQuery
    let request: PageRequest

    static let formID = "previews"

    func write(_ html: inout HTML) {
        html(.section, .class("card choice"), .id("choice"), .aria("label", "Promote freight \(choice.alias)")) {
            html in
            head(&html)
            if choice.stages.isEmpty {
                html(.p, text: "No stage of this project asks for freight of warehouse \(choice.warehouse).")
            } else {
                AvailabilityForm(choice: choice, id: Self.formID, areChosen: false, request: request).write(&html)
            }
        }
    }

    private func head(_ html: inout HTML) {
        html(.div, .class("head")) { html in
            html(.h2) { html in
                html.text("Promote ")
                html(.a, .href(request.paths.freight(choice.freight, project: data.project)), text: choice.alias)
            }
            html(.p, .class("quiet"), text: choice.artifacts.map { "\($0.name) \($0.version)" }.joined(separator: ", "))
            html(.div, .class("actions")) { html in
                let link = query.link(request, project: data.project) { $0.freight = nil }
                html(.a, .class("action plain"), .href(link), .id("back"), text: "Choose no freight")
            }
        }
    }
}

/// In a row of the list: previews the promotion of the chosen freight only to this stage.
struct PreviewButton {
    let choice: AvailabilityView.Stage
    let request: PageRequest

    func write(_ html: inout HTML) {
        guard choice.canPromote else { return }
        let isAllowed = request.caller.role >= .promote
        html(
            .button,
            .type("submit"),
            .form(FreightPanel.formID),
            .name("only"),
            .value(choice.place.stage),
            .when(!isAllowed, .disabled),
            text: "Preview"
        )
    }
}
