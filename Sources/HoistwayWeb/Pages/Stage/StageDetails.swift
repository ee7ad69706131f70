import HoistwayModel
import HoistwayPorts

/// A stage with all known facts; replaced in place when something changes.
struct StageDetails {
    let stage: StageView
    let promotions: [PromotionView]
    let request: PageRequest

    private var path: [String] { ["projects", stage.project, "stages", stage.name] }

    func write(_ html: inout HTML) {
        let key = "stage/\(stage.project)/\(stage.name)"
        html(
            .article,
            .class("stage-page"),
            .data("live", key),
            .data("on", "\(key) promotion/\(stage.project)")
        ) { html in
            head(&html)
            if let description = stage.description { html(.p, text: description) }
            StagePauses(stage: stage, request: request).write(&html)
            failure(&html)
            html(.div, .class("columns")) { html in
                html(.div) { html in
                    contents(&html)
                    open(&html)
                    StageHealthTable(stage: stage, request: request).write(&html)
                }
                html(.div) { html in
                    why(&html)
                    upstream(&html)
                    branches(&html)
                }
            }
            history(&html)
        }
    }

    private func head(_ html: inout HTML) {
        html(.div, .class("head")) { html in
            html(.h1, text: stage.name)
            html.state(stage.state, isChip: true)
            if let health = stage.health?.status { html.state(health, isChip: true) }
            if stage.mode == .observe { html.state("none", "Observe: nothing is pushed", isChip: true) }
            html(.div, .class("actions")) { html in
                if stage.state != .controlFlow {
                    html(.a, .class("action"), .href(request.paths.link(path, fragment: "promote")), text: "Promote …")
                }
                html.form(to: request.paths.link(path + ["refresh"]), request) { html in
                    html.actionButton("Look at the branches", needs: .promote, request, class: "action plain")
                }
                if stage.mode == .observe {
                    html(
                        .a,
                        .class("action plain"),
                        .href(request.paths.link(path + ["compare"])),
                        text: "Compare with others"
                    )
                }
            }
        }
        html(.p, .class("lead")) { $0.advice(stage.reason, project: stage.project, request) }
    }

    private func failure(_ html: inout HTML) {
        guard let failure = stage.failure else { return }
        html(.div, .class("notice \(stage.openPromotion == nil ? "failure" : "warning")")) { html in
            html(.p) { html in
                if stage.openPromotion == nil, let last = stage.lastPromotion {
                    html.text("The last promotion, of ")
                    html(.a, .href(request.paths.promotion(last.id, project: stage.project)), text: last.alias)
                    html.text(", ended \(last.phase.rawValue). ")
                }
                html(.strong) { html in
                    let promotion = stage.openPromotion ?? stage.lastPromotion
                    if let step = promotion?.failedStep { html.text(FailureWords.start(step)) }
                    html.advice(failure.message, project: stage.project, request)
                }
            }
            if let hint = failure.hint {
                html(.p, .class("hint")) { $0.advice(Sentence.begun(hint), project: stage.project, request) }
            }
            if stage.openPromotion == nil, let last = stage.lastPromotion {
                let retry = request.paths("projects", stage.project, "promotions", last.id, "retry")
                html.form(to: retry, request) { html in
                    html.actionButton("Promote again", needs: .promote, request, class: "action plain")
                }
            }
        }
    }

    // MARK: Contents

    private func contents(_ html: inout HTML) {
        html(.section, .class("card")) { html in
            html(.h2, text: "In it now")
            guard !stage.contents.isEmpty else {
                return html(
                    .p,
                    .class("quiet"),
                    text: stage.state == .controlFlow ? "Freight passes through." : "Nothing yet."
                )
            }
            for content in stage.contents { self.content(content, &html) }
        }
    }

    private func content(_ content: StageContentView, _ html: inout HTML) {
        html(.div, .class("content")) { html in
            html(.h3) { html in
                html(.a, .href(request.paths.freight(content.freight, project: stage.project)), text: content.alias)
                html(.span, .class("quiet"), text: " from warehouse \(content.warehouse)")
            }
            ArtifactLines(artifacts: content.artifacts).write(&html)
            html(.p, .class("quiet")) { html in
                html.text("Since ")
                html.time(content.since, now: request.now)
                html.text(", by ")
                html(
                    .a,
                    .href(request.paths.promotion(content.promotion, project: stage.project)),
                    text: "its promotion"
                )
                html.text(content.isVerified ? ". Verified." : ". Not verified.")
            }
            if let missing = content.missing {
                html(.p, .class("notice warning")) { html in
                    html.advice("It is no longer there: \(missing)", project: stage.project, request)
                }
            }
            verification(content, &html)
        }
    }

    private func verification(_ content: StageContentView, _ html: inout HTML) {
        let target = request.paths.link(path + ["verify"])
        html(.details) { html in
            html(.summary, text: "Verification")
            if !content.isVerified {
                html.form(to: target, request, class: "stacked") { html in
                    html(.input, .type("hidden"), .name("freight"), .value(content.freight))
                    html(.input, .type("hidden"), .name("verdict"), .value("good"))
                    html.actionButton("It works here", needs: .promote, request, class: "action plain")
                }
            }
            html.form(to: target, request, class: "stacked") { html in
                let id = "reason-\(content.warehouse)"
                html(.input, .type("hidden"), .name("freight"), .value(content.freight))
                html(.label, .for(id), text: "Why it does not work here")
                html(.input, .id(id), .name("reason"), .required, .maxlength(500), .autocomplete("off"))
                html.actionButton("It does not work here", needs: .promote, request, class: "action danger")
            }
        }
    }

    private func open(_ html: inout HTML) {
        guard let open = stage.openPromotion else { return }
        html(.section, .class("card")) { html in
            html(.h2) { html in
                html.text("On its way: ")
                html(.a, .href(request.paths.promotion(open.id, project: stage.project)), text: open.alias)
            }
            html(.p) { html in
                html.state(open.phase, isChip: true)
                if let step = open.step {
                    html.text(" step \(step) of \(open.steps)\(open.stepName.map { ", \($0)" } ?? "")")
                }
            }
            if !open.message.isEmpty { html(.p) { $0.advice(open.message, project: stage.project, request) } }
            if let next = open.nextTry {
                html(.p, .class("quiet")) { html in
                    html.text("Next try ")
                    html.time(next, now: request.now)
                }
            }
            if stage.waiting > 0 { html(.p, .class("quiet"), text: "\(stage.waiting) more wait behind it.") }
            html.form(to: request.paths("projects", stage.project, "promotions", open.id, "abort"), request) { html in
                html.actionButton("Abort", needs: .promote, request, class: "action danger")
            }
        }
    }

    // MARK: Why

    private func why(_ html: inout HTML) {
        html(.section, .class("card")) { html in
            html(.h2, text: "Why")
            let automatic = "automatic promotion is \(stage.autoPromotion ? "on" : "off")"
            html(.p, text: Sentence.whole(stage.autoPromotionReason ?? automatic))
            for verdict in stage.verdicts {
                RuleList(
                    verdict: verdict,
                    project: stage.project,
                    request: request,
                    isReasonSaid: verdict.reason == stage.reason
                ).write(&html)
            }
        }
    }

    private func upstream(_ html: inout HTML) {
        guard !stage.upstream.isEmpty else { return }
        html(.section, .class("card")) { html in
            html(.h2, text: "Takes freight from")
            html(.ul, .class("lines")) { html in
                for source in stage.upstream { html(.li) { self.source(source, &$0) } }
            }
        }
    }

    private func source(_ source: UpstreamView, _ html: inout HTML) {
        html.text("Warehouse ")
        html(.a, .href(request.paths.warehouse(source.warehouse, project: stage.project)), text: source.warehouse)
        if source.direct { html.text(" directly") }
        if !source.stages.isEmpty {
            html.text(source.direct ? ", or from " : " by ")
            if source.stages.count > 1 { html.text(source.availability == .all ? "all of " : "one of ") }
            for (number, name) in source.stages.enumerated() {
                if number > 0 { html.text(", ") }
                html(.a, .href(request.paths.stage(name, project: stage.project)), text: name)
            }
        } else if !source.direct {
            html.text(", only approved freight")
        }
        if let soak = source.soakSeconds { html.text(", after \(HTML.duration(soak)) there") }
        if source.selection == .matchUpstream { html.text("; what is upstream now") }
    }

    private func branches(_ html: inout HTML) {
        guard !stage.branches.isEmpty else { return }
        html(.section, .class("card")) { html in
            html(.h2, text: stage.branches.count == 1 ? "Branch" : "Branches")
            html(.ul, .class("lines")) { html in
                for branch in stage.branches {
                    html(.li) { html in
                        html(.strong, .class("code"), text: branch.name)
                        html(.span, .class("quiet"), text: " of \(branch.repository) ")
                        if let head = branch.head {
                            html(.span, .class("code")) { $0.outside(branch.url, text: String(head.prefix(7))) }
                        } else {
                            html.text("nothing was pushed yet")
                        }
                        if let drift = branch.drift {
                            html.text(" ")
                            html.state(
                                "drifted",
                                drift.found.map { "found at \($0.prefix(7))" } ?? "the branch is gone"
                            )
                        }
                        if branch.hasLostFreight { html.state("freightLost", "has lost the freight") }
                    }
                }
            }
            for line in stage.drift {
                html(.p, .class("quiet")) { $0.advice(line, project: stage.project, request) }
            }
            if let lost = stage.lost {
                html(.p, .class("notice warning")) { $0.advice(lost, project: stage.project, request) }
            }
        }
    }

    // MARK: History

    private func history(_ html: inout HTML) {
        html(.table, .class("list")) { html in
            html(.caption, text: "The last \(StagePages.shownPromotions) promotions, newest first")
            html(.thead) { html in
                html(.tr) { html in
                    for name in ["Freight", "Outcome", "When", "By", "Message"] { html(.th, .scope("col"), text: name) }
                }
            }
            html(.tbody) { html in
                if promotions.isEmpty {
                    html(.tr) { $0(.td, .colspan(5), text: "None yet.") }
                }
                for promotion in promotions { row(promotion, &html) }
            }
        }
    }

    private func row(_ promotion: PromotionView, _ html: inout HTML) {
        html(.tr) { html in
            html(.td) { html in
                let link = request.paths.promotion(promotion.id, project: stage.project)
                html(.a, .href(link), text: promotion.alias ?? String(promotion.freight.prefix(7)))
                html(.span, .class("quiet"), text: " \(promotion.summary)")
            }
            html(.td, .data("label", "Outcome")) { $0.state(promotion.phase) }
            html(.td, .class("short"), .data("label", "When")) { html in
                html.time(promotion.finishedAt ?? promotion.createdAt, now: request.now)
            }
            html(.td, .data("label", "By"), text: promotion.actor)
            html(.td, .data("label", "Message")) { html in
                if let step = promotion.failedStep { html.text(FailureWords.start(step)) }
                html.advice(promotion.failure?.message ?? promotion.message, project: stage.project, request)
            }
        }
    }
}
