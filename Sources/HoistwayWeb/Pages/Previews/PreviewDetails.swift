import HoistwayDiffs
import HoistwayModel
import HoistwayPorts

/// A preview with everything that a person should see before promoting.
struct PreviewDetails {
    let view: PreviewView
    /// Whether the page shows only this preview; among several, the difference is folded.
    let isAlone: Bool
    var note: String?
    let request: PageRequest

    func write(_ html: inout HTML) {
        html(
            .article,
            .class("card preview"),
            isAlone ? .data("live", "preview/\(view.project)/\(view.id)") : .absent,
            isAlone ? .data("on", "preview/\(view.project)/\(view.id)") : .absent
        ) { html in
            head(&html)
            if let note { html(.p, .class("notice failure")) { $0.advice(note, project: view.project, request) } }
            verdict(&html)
            if view.state == .succeeded { promoting(&html) }
            PreviewArtifacts(changes: view.artifacts).write(&html)
            circumstances(&html)
            if isAlone {
                difference(&html)
            } else if view.state == .succeeded || !view.branches.isEmpty {
                html(.details) { html in
                    html(.summary, text: Self.files(view.branches))
                    difference(&html)
                }
            }
            steps(&html)
        }
    }

    private func head(_ html: inout HTML) {
        html(.div, .class("head")) { html in
            let link = request.paths.stage(view.stage, project: view.project)
            if isAlone {
                html(.h1) { html in
                    html.text("Promote ")
                    html(.a, .href(request.paths.freight(view.freight, project: view.project)), text: view.alias)
                    html.text(" to ")
                    html(.a, .href(link), text: view.stage)
                }
            } else {
                html(.h2) { $0(.a, .href(link), text: view.stage) }
            }
            if view.state == .succeeded, view.promotion == nil, !view.acceptanceNeeded.isEmpty {
                html.state("awaitsAcceptance", "Needs your acceptance", isChip: true)
            } else {
                html.state(view.state.shape, view.state.words, isChip: true)
            }
        }
        html(.p, .class("quiet")) { html in
            html.text("\(view.summary). Made ")
            html.time(view.createdAt, now: request.now)
            if let end = view.expiresAt {
                html.text(", kept until ")
                html.time(end, now: request.now, .clock)
            }
            if view.mode == .observe { html.text(". The stage is in observe mode: a promotion pushes nothing.") }
        }
    }

    // MARK: Verdict

    private func verdict(_ html: inout HTML) {
        switch view.state {
        case .waiting, .running:
            html(
                .p,
                text: view.state == .waiting
                    ? "It begins by itself when one of the previews before it has ended."
                    : "The steps run on the branches as they are. Nothing is pushed."
            )
            html(.div, .class("actions")) { html in
                html(
                    .a,
                    .class("action plain"),
                    .href(request.paths("projects", view.project, "previews", view.id)),
                    text: "Look again"
                )
                html.form(to: request.paths("projects", view.project, "previews", view.id, "cancel"), request) { html in
                    html.actionButton("Cancel the preview", needs: .promote, request, class: "action plain")
                }
            }
        case .failed:
            html(.p, .class("notice failure")) { html in
                html.advice(view.message.isEmpty ? "It would fail." : view.message, project: view.project, request)
            }
            again(&html)
        case .canceled: again(&html)
        case .succeeded: break
        }
        for warning in view.warnings {
            html(.p, .class("notice warning")) { $0.advice(warning, project: view.project, request) }
        }
    }

    private func again(_ html: inout HTML) {
        html.form(to: request.paths("projects", view.project, "previews"), request) { html in
            html(.input, .type("hidden"), .name("freight"), .value(view.freight))
            html(.input, .type("hidden"), .name("stage"), .value(view.stage))
            html.actionButton("Preview again", needs: .promote, request, class: "action plain")
        }
    }

    private func promoting(_ html: inout HTML) {
        if let promotion = view.promotion {
            return html(.p, .class("notice")) { html in
                html.text("It was promoted from this preview: ")
                html(.a, .href(request.paths.promotion(promotion, project: view.project)), text: promotion)
            }
        }
        if let branch = view.uncomparedBranch {
            return html(
                .p,
                .class("notice warning"),
                text: "More files of \(branch) differ than are compared: promote without the preview."
            )
        }
        html.form(
            to: request.paths("projects", view.project, "previews", view.id, "promote"),
            request,
            class: "promote"
        ) { html in
            acceptances(&html)
            html(.div, .class("actions")) { html in
                html.actionButton("Promote exactly this", needs: .promote, request)
                html(
                    .small,
                    .class("quiet"),
                    text: view.branches.contains { $0.inexact != nil }
                        ? "The inexact parts are listed below. If a branch has moved by then, nothing is pushed."
                        : "If the difference has changed by then, nothing is pushed."
                )
            }
        }
    }

    private func canBeAccepted(_ branch: PreviewView.Branch) -> Bool {
        view.state == .succeeded && view.promotion == nil && view.uncomparedBranch == nil && branch.digest != nil
    }

    private func acceptances(_ html: inout HTML) {
        for branch in view.branches where canBeAccepted(branch) {
            guard let exceeded = branch.exceeded, let digest = branch.digest else { continue }
            html(.p, .class("notice warning")) { html in
                html(
                    .input,
                    .type("checkbox"),
                    .name("accept"),
                    .id("accept-\(view.id)-\(digest)"),
                    .value(digest),
                    .required
                )
                html(
                    .label,
                    .for("accept-\(view.id)-\(digest)"),
                    text: "\(Sentence.begun(exceeded)). I accept this difference of \(branch.branch)."
                )
            }
        }
    }

    // MARK: Circumstances

    private func circumstances(_ html: inout HTML) {
        html.facts { html in
            html.fact("Direction") { html in
                if view.rollback.isRollback { html.state("awaitsAcceptance", "Rollback") }
                html.text(view.rollback.isRollback ? " \(view.rollback.reason)" : view.rollback.reason)
            }
            html.fact("Afterwards") { html in
                html.text(view.replacement.reason)
                if let time = view.replacement.at {
                    html.text(" · ")
                    html.time(time, now: request.now)
                }
            }
            html.fact("Waiting before it") { html in
                guard !view.waiting.isEmpty else { return html.text("nobody") }
                for (number, open) in view.waiting.enumerated() {
                    if number > 0 { html.text(", ") }
                    html(.a, .href(request.paths.promotion(open.promotion, project: view.project)), text: open.alias)
                    html.text(" (\(open.phase.rawValue), \(open.actor))")
                }
            }
            if !view.unknown.isEmpty { html.fact("Not known yet") { $0.lines(view.unknown) } }
        }
    }

    // MARK: Difference

    static func files(_ branches: [PreviewView.Branch]) -> String {
        let files = branches.reduce(0) { $0 + $1.changedFiles + $1.deletedFiles }
        guard files > 0 else { return "No file differs" }
        return files == 1 ? "1 file differs, show it" : "\(files) files differ, show them"
    }

    private func difference(_ html: inout HTML) {
        if view.branches.isEmpty, view.state == .succeeded {
            html(.p, text: "No branch would change.")
        }
        for (number, branch) in view.branches.enumerated() {
            html(.section, .class("branch")) { html in
                html(isAlone ? .h2 : .h3) { html in
                    html(.span, .class("code"), text: branch.branch)
                    html(.span, .class("quiet"), text: " of \(branch.repository)")
                }
                if branch.base.isZero { html(.p, .class("quiet"), text: "The branch is new.") }
                if !branch.isPushed { html(.p, .class("quiet"), text: "Nothing would be pushed to it.") }
                if let inexact = branch.inexact { html(.p, .class("notice warning"), text: "Not exact: \(inexact)") }
                // If it can be accepted, the box above shows the reason.
                if let exceeded = branch.exceeded, !canBeAccepted(branch) {
                    html(.p, .class("notice warning"), text: Sentence.whole(exceeded))
                }
                if branch.deletedFiles > 0 { removed(branch, &html) }
                let anchor = isAlone ? "branch-\(number + 1)" : "\(view.stage)-\(number + 1)"
                DiffSection(
                    files: branch.files.map(ShownFile.init),
                    count: branch.changedFiles + branch.deletedFiles,
                    download: request.paths(
                        "projects",
                        view.project,
                        "previews",
                        view.id,
                        "diff",
                        String(number)
                    ),
                    name: anchor,
                    heading: isAlone ? .h3 : .h4
                ).write(&html)
            }
        }
    }

    private func removed(_ branch: PreviewView.Branch, _ html: inout HTML) {
        html(.details) { html in
            html(
                .summary,
                text: branch.deletedFiles == 1 ? "1 file is deleted" : "\(branch.deletedFiles) files are deleted"
            )
            html.lines(branch.deleted)
            let more = branch.deletedFiles - branch.deleted.count
            if more > 0 { html(.p, .class("quiet"), text: "and \(more) more") }
        }
    }

    // MARK: Steps

    private func steps(_ html: inout HTML) {
        guard !view.steps.isEmpty else { return }
        html(.details, .when(view.state == .running || view.state == .failed, .open)) { html in
            html(.summary, text: view.steps.count == 1 ? "1 step" : "\(view.steps.count) steps")
            html(.ol, .class("steps")) { html in
                for step in view.steps {
                    html(.li) { html in
                        html(.div, .class("step-head")) { html in
                            html.state(step.state.shape, step.state.words)
                            html(.strong, text: step.alias)
                            if step.uses != step.alias { html(.span, .class("code quiet"), text: step.uses) }
                        }
                        if !step.message.isEmpty { html(.p, text: step.message) }
                        StepValues(result: view.results.first { $0.alias == step.alias }).write(&html)
                    }
                }
            }
        }
    }
}

extension PreviewView.State {
    var words: String {
        switch self {
        case .waiting: "Waits for the previews before it"
        case .running: "Preview runs"
        case .succeeded: "Can be promoted"
        case .failed: "Would fail"
        case .canceled: "Preview canceled"
        }
    }

    var shape: StaticString {
        switch self {
        case .waiting: "pending"
        case .running: "promoting"
        case .succeeded: "ready"
        case .failed: "failed"
        case .canceled: "none"
        }
    }
}

extension PreviewView.Step.State {
    var words: String {
        switch self {
        case .pending: "Not yet"
        case .running: "Running"
        case .succeeded: "Done"
        case .told: "Would act"
        case .skipped: "Skipped"
        case .unknown: "Not known until it runs"
        case .failed: "Failed"
        case .errored: "Errored"
        }
    }

    var shape: StaticString {
        switch self {
        case .pending: "pending"
        case .running: "promoting"
        case .succeeded: "ready"
        case .told: "progressing"
        case .skipped, .unknown: "none"
        case .failed, .errored: "failed"
        }
    }
}
