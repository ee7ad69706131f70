import HoistwayModel
import HoistwayPorts

/// A promotion with its steps, its failure and its pushes.
struct PromotionDetails {
    let view: PromotionView
    /// The preview that it was made from, while that is kept.
    let preview: PreviewView?
    let request: PageRequest

    func write(_ html: inout HTML) {
        let key = "promotion/\(view.project)/\(view.id)"
        html(.article, .class("promotion"), .data("live", key), .data("on", key)) { html in
            head(&html)
            failure(&html)
            for warning in view.warnings ?? [] {
                html(.p, .class("notice warning")) { $0.advice(warning, project: view.project, request) }
            }
            facts(&html)
            acceptance(&html)
            if let outdated = view.outdated {
                OutdatedDifference(view: view, outdated: outdated, preview: preview, request: request).write(&html)
            }
            steps(&html)
            for (number, branch) in view.branches.enumerated() { self.branch(branch, number, &html) }
        }
    }

    private func head(_ html: inout HTML) {
        html(.div, .class("head")) { html in
            html(.h1) { html in
                html(
                    .a,
                    .href(request.paths.freight(view.freight, project: view.project)),
                    text: view.alias ?? view.freight
                )
                html.text(" to ")
                html(.a, .href(request.paths.stage(view.stage, project: view.project)), text: view.stage)
            }
            html.state(view.phase, isChip: true)
            html(.div, .class("actions")) { actions(&$0) }
        }
        html(.p, .class("quiet"), text: view.summary)
    }

    private func actions(_ html: inout HTML) {
        let path = ["projects", view.project, "promotions", view.id]
        if !view.phase.isTerminal {
            if view.nextTry != nil {
                html.form(to: request.paths.link(path + ["retry"]), request) { html in
                    html.actionButton("Try now", needs: .promote, request, class: "action plain")
                }
            }
            html.form(to: request.paths.link(path + ["abort"]), request) { html in
                html.actionButton("Abort", needs: .promote, request, class: "action danger")
            }
        } else if view.phase == .failed || view.phase == .errored {
            html.form(to: request.paths.link(path + ["retry"]), request) { html in
                html.actionButton("Promote again", needs: .promote, request, class: "action plain")
            }
        }
    }

    private func failure(_ html: inout HTML) {
        if let failure = view.failure {
            html(.div, .class("notice \(view.phase.isTerminal ? "failure" : "warning")")) { html in
                html(.p) { html in
                    html(.strong) { html in
                        if let step = view.failedStep { html.text(FailureWords.start(step)) }
                        html.advice(failure.message, project: view.project, request)
                    }
                    // The text already shows that a step failed.
                    if failure.kind != .other || failure.code != .step {
                        let kind = failure.kind == .other ? failure.code.rawValue : failure.kind.rawValue
                        html(.span, .class("quiet"), text: " (\(kind))")
                    }
                }
                if let hint = failure.hint {
                    html(.p, .class("hint")) { $0.advice(Sentence.begun(hint), project: view.project, request) }
                }
                if let next = view.nextTry {
                    html(.p) { html in
                        html.text("It is tried again ")
                        html.time(next, now: request.now)
                        html.text(", after \(view.attempts) \(view.attempts == 1 ? "failure" : "failures").")
                    }
                }
            }
        } else if !view.message.isEmpty {
            let isBad = view.phase == .failed || view.phase == .errored
            html(.p, .class(isBad ? "notice failure" : "lead")) { html in
                html.advice(view.message, project: view.project, request)
            }
        }
    }

    private func facts(_ html: inout HTML) {
        html.facts { html in
            html.fact("Asked for by", view.actor)
            if !view.reason.isEmpty { html.fact("Why", view.reason) }
            if view.mode == .observe { html.fact("Mode", "observe: nothing is pushed") }
            html.fact("Created") { $0.time(view.createdAt, now: request.now) }
            if let start = view.startedAt { html.fact("Started") { $0.time(start, now: request.now) } }
            if let end = view.finishedAt { html.fact("Ended") { $0.time(end, now: request.now) } }
            if let start = view.startedAt, let end = view.finishedAt {
                html.fact("Took", HTML.taken(from: start, to: end))
            }
            if !view.contents.isEmpty {
                html.fact("Artifacts") { ArtifactLines(artifacts: view.contents).write(&$0) }
            }
            for request in pullRequests {
                html.fact("Pull request") { $0.outside(request, text: request) }
            }
            if let id = view.preview {
                html.fact("Preview") { html in
                    guard preview != nil else { return html.text("\(id), which is kept no longer") }
                    html(.a, .href(request.paths("projects", view.project, "previews", id)), text: id)
                }
            }
            html.fact("Id") { $0(.span, .class("code"), text: view.id) }
        }
    }

    /// The pull requests of steps that open or wait for one.
    private var pullRequests: [String] {
        var seen: Set<String> = []
        return (view.results ?? []).compactMap { $0.outputs["pr"]?["url"]?.string }.filter { seen.insert($0).inserted }
    }

    // MARK: Acceptance

    /// The form for acceptance, if only the limits of the stage have stopped it.
    private func acceptance(_ html: inout HTML) {
        let branches = view.branches.filter { !$0.pushed }
        guard view.awaitsAcceptance, !branches.isEmpty else { return }
        html(.section, .class("card accept")) { html in
            html(.h2, text: "Accept the difference")
            html(.p, text: "It changes more than the limits of the stage allow. Look at the diff below first.")
            html.form(to: request.paths("projects", view.project, "promotions", view.id, "accept"), request) { html in
                for (number, branch) in branches.enumerated() {
                    let id = "accept-\(number)"
                    html(.p) { html in
                        html(
                            .input,
                            .type("checkbox"),
                            .name("accept"),
                            .id(id),
                            .value(branch.digest ?? branch.tree.hex),
                            .when(branches.count == 1, .required)
                        )
                        html(.label, .for(id), text: "I accept the difference of \(branch.branch)")
                    }
                }
                html.actionButton("Promote with this difference", needs: .promote, request)
            }
        }
    }

    // MARK: Steps

    private func steps(_ html: inout HTML) {
        html(.section, .class("card")) { html in
            html(.h2, text: view.stepCount == 1 ? "1 step" : "\(view.stepCount) steps")
            guard !view.steps.isEmpty else { return html(.p, .class("quiet"), text: "None has run yet.") }
            html(.ol, .class("steps")) { html in
                for step in view.steps { self.step(step, &html) }
            }
        }
    }

    private func step(_ step: StepRecord, _ html: inout HTML) {
        html(.li) { html in
            html(.div, .class("step-head")) { html in
                html.state(step.status.shape, step.status.rawValue)
                html(.strong, text: step.alias)
                if step.uses != step.alias { html(.span, .class("code quiet"), text: step.uses) }
                if let start = step.startedAt {
                    html(.span, .class("quiet")) { html in
                        if let end = step.finishedAt {
                            html.text("took \(HTML.taken(from: start, to: end))")
                        } else {
                            html.text("started ")
                            html.time(start, now: request.now)
                        }
                    }
                }
                if step.errorCount > 0 {
                    html(.span, .class("quiet"), text: step.errorCount == 1 ? "1 error" : "\(step.errorCount) errors")
                }
            }
            if !step.message.isEmpty { html(.p) { $0.advice(step.message, project: view.project, request) } }
            if let hint = step.failure?.hint, step.failure != view.failure {
                html(.p, .class("quiet")) { $0.advice(Sentence.begun(hint), project: view.project, request) }
            }
            StepValues(result: view.results?.first { $0.alias == step.alias }).write(&html)
        }
    }

    // MARK: Branches

    private func branch(_ branch: BranchOutcome, _ number: Int, _ html: inout HTML) {
        html(.section, .class("card branch")) { html in
            html(.h2) { html in
                html(.span, .class("code"), text: branch.branch)
                html(.span, .class("quiet"), text: " of \(branch.remote)")
            }
            html.facts { html in
                html.fact("Pushed", branch.pushed ? "yes" : view.mode == .observe ? "no: observe mode" : "no")
                html.fact("Commit") { html in
                    let url = branch.pushed ? ArtifactPage.url(of: branch.commit, in: branch.remote) : nil
                    html(.span, .class("code")) { $0.outside(url, text: branch.commit.short) }
                    html.text(" \(branch.subject)")
                }
                html.fact("Before") { html in
                    html(.span, .class("code"), text: branch.before.isZero ? "the branch is new" : branch.before.short)
                }
            }
            guard let diff = branch.diff else {
                return html(.p, .class("quiet"), text: "No diff is on record; promotions.diffs turns that on.")
            }
            guard !diff.isEmpty else { return html(.p, .class("quiet"), text: "Nothing differs.") }
            DiffSection(
                diff,
                download: request.paths("projects", view.project, "promotions", view.id, "diff", String(number)),
                name: "branch-\(number + 1)"
            ).write(&html)
        }
    }
}

extension StepRecord.Status {
    var shape: StaticString {
        switch self {
        case .pending: "pending"
        case .running: "promoting"
        case .succeeded: "ready"
        case .skipped, .aborted: "none"
        case .failed, .errored: "failed"
        }
    }
}
