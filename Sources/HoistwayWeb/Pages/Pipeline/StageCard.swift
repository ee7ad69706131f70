import HoistwayLayout
import HoistwayModel
import HoistwayPorts

/// A stage of a pipeline, as its card in the graph and as its row in the list.
struct StageCard {
    let stage: StageSummaryView
    let data: PipelineData
    let query: PipelineQuery
    let request: PageRequest

    private var key: String { "\(stage.project)/\(stage.name)" }
    private var choice: AvailabilityView.Stage? { data.choice(for: stage.name) }

    /// - Parameter keys: the cards for the arrow keys, see ``PipelineGraph``.
    func card(_ keys: String, _ html: inout HTML) {
        html(
            .div,
            .class("node \(DepthColor.name(of: data.depths[stage.name] ?? 0)) is-\(stage.state.rawValue)\(dimmed)"),
            .data("live", "card/\(key)"),
            .data("on", "stage/\(key)"),
            .data("card", "s/\(stage.name)"),
            .data("keys", keys)
        ) { html in
            html(.a, .href(link), .title(stage.name), text: stage.name)
            versions(&html)
            status(&html)
        }
    }

    func row(_ upstreams: String, _ html: inout HTML) {
        html(.li, .class("stage is-\(stage.state.rawValue)"), .data("live", "item/\(key)"), .data("on", "stage/\(key)"))
        {
            html in
            html(.a, .href(link), text: stage.name)
            versions(&html)
            html(.span) { status(&$0) }
            html(.span, .class("quiet"), text: upstreams)
            if let choice { PreviewButton(choice: choice, request: request).write(&html) }
        }
    }

    private func plain(_ text: String) -> String {
        Advice(text, project: stage.project, paths: request.paths).plain
    }

    private var link: Link { request.paths.stage(stage.name, project: stage.project) }

    /// While freight is chosen, stages that do not request it are dimmed.
    private var dimmed: String {
        data.choice != nil && choice == nil ? " dim" : ""
    }

    private func versions(_ html: inout HTML) {
        let names: StaticString = stage.contents.isEmpty ? "quiet" : "versions"
        html(.span, .class("\(names)"), text: StageWords.versions(of: stage))
    }

    private func status(_ html: inout HTML) {
        if let choice {
            html.state(choice.place.state.shape, choice.words)
            if let until = choice.place.until { html(.span, .class("note")) { $0.time(until, now: request.now) } }
            return
        }
        html(.span, .class("state \(stage.state.shape)")) { html in
            html.text(StageWords.state(of: stage, now: request.now))
            if let since = stage.since {
                html.text(" ")
                html.time(since, now: request.now)
            }
        }
        guard let note = StageWords.note(on: stage) else { return }
        // The tooltip has the whole text: a card has room for two lines.
        let hint = StageWords.hint(on: stage).map { "; \($0)" } ?? ""
        html(.span, .class("note"), .title(plain(note + hint)), text: plain(note))
    }
}

/// Texts about a stage for cards and rows.
enum StageWords {
    static func versions(of stage: StageSummaryView) -> String {
        let artifacts = stage.contents.flatMap(\.artifacts)
        guard let first = artifacts.first else {
            return stage.state == .controlFlow ? "freight passes through" : "nothing yet"
        }
        guard artifacts.count > 1 else { return first.version }
        // If there are several, each with its name.
        let shown = artifacts.prefix(2).map { "\($0.name) \($0.version)" }.joined(separator: ", ")
        return artifacts.count > 2 ? "\(shown) +\(artifacts.count - 2)" : shown
    }

    /// The state, and the health if it differs.
    static func state(of stage: StageSummaryView, now: Timestamp) -> String {
        var words = stage.state.words
        if let open = stage.openPromotion, let step = open.step, stage.state == .promoting || stage.state == .pending {
            words += " \(step)/\(open.steps)"
        }
        if let health = stage.health, health != .healthy, stage.state != .unhealthy, stage.state != .progressing {
            words += ", \(health.rawValue)"
        }
        return words
    }

    /// Facts that the state does not show: a failed last promotion, the reason for waiting, observe mode.
    static func note(on stage: StageSummaryView) -> String? {
        if let open = stage.openPromotion {
            let what = open.message.isEmpty ? stage.reason : open.message
            return what.isEmpty ? "→ \(open.alias)" : "→ \(open.alias): \(what)"
        }
        if let last = stage.lastPromotion, last.phase == .failed || last.phase == .errored {
            return FailureWords.line(of: last)
        }
        if stage.hasDrifted { return "A branch is not where it was left" }
        if !stage.reason.isEmpty { return stage.reason }
        return stage.mode == .observe ? "Observe: nothing is pushed" : nil
    }

    /// What to do about the message in ``note(on:)``.
    static func hint(on stage: StageSummaryView) -> String? {
        (stage.openPromotion.map(\.failure) ?? stage.lastPromotion?.failure)?.hint
    }
}

extension AvailabilityView.Stage {
    /// In a few words.
    var words: String {
        switch place.state {
        case .past: canPromote ? "Was there, can go back" : "Was there"
        case .available where !canPromote: "Not now"
        case .available where isRollback: "Available, rollback"
        case .present, .onItsWay, .lost, .available, .notYet: place.state.words
        }
    }
}
