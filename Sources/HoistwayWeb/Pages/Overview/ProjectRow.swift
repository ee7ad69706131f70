import HoistwayModel
import HoistwayPorts

/// A project with its stages as columns.
struct ProjectRow {
    let project: ProjectView
    let request: PageRequest

    func write(_ html: inout HTML) {
        html(
            .article,
            .class("project"),
            .id("project-\(project.name)"),
            .data("live", "project/\(project.name)"),
            .data("on", "project/\(project.name)")
        ) { html in
            html(.header) { html in
                html(.h2) { $0(.a, .href(request.paths.project(project.name)), text: project.name) }
                if project.mode == .observe {
                    html(.span, .class("state chip none"), text: "Observe: nothing is pushed")
                }
                counts(&html)
            }
            html(.ol, .class("stages")) { html in
                for stage in project.stages { StageCell(stage: stage, request: request).write(&html) }
            }
            if project.stageCount > project.stages.count {
                html(.p, .class("quiet")) { html in
                    let more = project.stageCount - project.stages.count
                    html(.a, .href(request.paths.project(project.name)), text: "\(more) more stages")
                }
            }
        }
    }

    /// How many stages are in each state, unless all have the same state.
    private func counts(_ html: inout HTML) {
        for state in StageState.allCases {
            guard let count = project.counts[state.rawValue], count > 0 else { continue }
            html.state(state.shape, "\(count) \(state.words.lowercased())")
        }
    }
}

/// A stage as a cell of its project's row: version, age, state.
struct StageCell {
    let stage: StageSummaryView
    let request: PageRequest

    func write(_ html: inout HTML) {
        html(.li, .class("stage is-\(stage.state.rawValue)")) { html in
            html(.a, .href(request.paths.stage(stage.name, project: stage.project)), text: stage.name)
            versions(&html)
            html(.span) { html in
                html.state(stage.state)
                if let since = stage.since {
                    html.text(" ")
                    html(.span, .class("quiet")) { $0.time(since, now: request.now) }
                }
            }
            if stage.mode == .observe { html(.span, .class("quiet"), text: "observe: nothing is pushed") }
            // The state is the most urgent one; pauses are shown next to it.
            for pause in stage.pauses where stage.state != .paused { html.state("paused", pause.words) }
            if stage.hasDrifted, !stage.pauses.contains(.drift), stage.state != .paused {
                html.state("drifted", "Branch moved")
            }
            promotion(&html)
            reason(&html)
        }
    }

    private func versions(_ html: inout HTML) {
        let artifacts = stage.contents.flatMap { content in content.artifacts.map { (content, $0) } }
        guard !artifacts.isEmpty else {
            if stage.state != .controlFlow { html(.span, .class("quiet"), text: "nothing yet") }
            return
        }
        // Two are enough for a quick look; the stage's page has all.
        for (content, artifact) in artifacts.prefix(2) {
            html(.span, .class("versions"), .title("\(artifact.name) \(artifact.version), freight \(content.alias)")) {
                html in
                if artifacts.count > 1 { html.text("\(artifact.name) ") }
                html(.strong, text: artifact.version)
                if content.missing != nil { html.text(" (lost)") }
            }
        }
        if artifacts.count > 2 { html(.span, .class("quiet"), text: "and \(artifacts.count - 2) more") }
    }

    /// The reason of a bad state; an open promotion's message is only shown if it does not progress, since it is long.
    private func reason(_ html: inout HTML) {
        guard stage.state.needsReason, !stage.reason.isEmpty else { return }
        let words = Advice(stage.reason, project: stage.project, paths: request.paths).plain
        html(.span, .class("note"), .title(words), text: words)
    }

    private func promotion(_ html: inout HTML) {
        guard let open = stage.openPromotion else { return }
        html(.span, .class("quiet")) { html in
            html.text("→ \(open.alias)")
            if let step = open.step { html.text(", step \(step) of \(open.steps)") }
            if stage.waiting > 0 { html.text(", \(stage.waiting) more waiting") }
        }
    }
}
