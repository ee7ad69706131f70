import HoistwayModel
import HoistwayPorts

/// The reasons why automatic promotion to a stage is paused, and how each pause ends.
struct StagePauses {
    let stage: StageView
    let request: PageRequest

    func write(_ html: inout HTML) {
        for pause in stage.pauses {
            html(.div, .class("notice warning pause")) { html in
                html(.p) { html in
                    html(.strong, text: "Paused: \(pause.kind.words.lowercased()).")
                    html.text(" ")
                    html.advice(pause.reason, project: stage.project, request)
                    if let since = pause.since {
                        html.text(" · ")
                        html.time(since, now: request.now)
                    }
                }
                html(.div, .class("actions")) { ways(pause, &$0) }
            }
        }
    }

    private func ways(_ pause: PauseView, _ html: inout HTML) {
        let path = ["projects", stage.project, "stages", stage.name]
        if pause.canBeRestored {
            html.form(to: request.paths.link(path + ["restore"]), request) { html in
                html.actionButton("Take the freight from the branches", needs: .promote, request, class: "action plain")
            }
        }
        switch pause.kind {
        case .notLooked: html(.small, .class("quiet"), text: "It ends by itself when the branches are read.")
        case .lostState, .twoWriters, .drift:
            html(
                .a,
                .class("action plain"),
                .href(request.paths.link(path + ["adopt"])),
                text: "Adopt the branches as they are"
            )
        }
    }
}
