/// The subject of the rules: a stage, and the freight of one warehouse that it requests.
struct RuleSubject {
    var stage: Stage
    var request: FreightRequest
    var auto: AutoPromotion
    /// The newest freight of the warehouse; `nil`: it has none.
    var newest: (record: FreightRecord, availability: Availability)?
    /// The freight that would be promoted; `nil`: nothing is available.
    var candidate: FreightRecord?
    var state: PipelineState

    var record: StageRecord? { state.stages[stage.key] }
}

extension Dispatch {
    /// The verdict on this freight as if automatic promotion had selected it for the stage.
    ///
    /// `nil`: the stage does not request freight of its warehouse.
    package func verdict(
        on record: FreightRecord,
        for stage: Stage,
        auto: AutoPromotion,
        state: PipelineState
    ) -> Verdict? {
        let origin = record.freight.origin
        guard origin.project == stage.key.project,
            let request = stage.requestedFreight.first(where: { $0.warehouse == origin.name })
        else { return nil }
        let answer = availability(of: record, to: stage, state)
        let subject = RuleSubject(
            stage: stage,
            request: request,
            auto: auto,
            newest: (record, answer),
            candidate: answer.isAvailable ? record : nil,
            state: state
        )
        return verdict(on: subject, rules: rules(for: subject))
    }

    /// All rules with their results, in their order.
    func rules(for subject: RuleSubject) -> [PromotionRule] {
        var rules: [PromotionRule] = []
        var found: Set<PromotionRule.Name> = []
        for name in PromotionRule.Name.allCases {
            let isAsked = name.preconditions.allSatisfy { !found.contains($0) }
            let rule = isAsked ? ask(name, of: subject) : PromotionRule(name, .notAsked)
            // A rule is skipped because an earlier rule blocks; so the rules that depend on it are skipped too.
            if rule.answer == .blocks || !isAsked { found.insert(name) }
            rules.append(rule)
        }
        return rules
    }

    /// The verdict of the first rule that blocks; without one, the freight is promoted.
    ///
    /// - Parameter rules: their results, if they are already known.
    func verdict(on subject: RuleSubject, rules: [PromotionRule]) -> Verdict {
        var blocking = rules.first { $0.answer == .blocks }
        if rules.isEmpty {
            // The other results are not needed, so no more rules are checked than necessary.
            for name in PromotionRule.Name.allCases where blocking == nil {
                let rule = ask(name, of: subject)
                if rule.answer == .blocks { blocking = rule }
            }
        }
        let freight = subject.candidate ?? subject.newest?.record
        guard let blocking else {
            let alias = freight?.freight.alias ?? ""
            let why = subject.candidate.map { availability(of: $0, to: subject.stage, subject.state).reason } ?? ""
            return Verdict(
                stage: subject.stage.key,
                warehouse: subject.request.warehouse,
                freight: freight?.key,
                kind: .promote,
                reason: "freight \(alias): \(why); \(subject.auto.summary)",
                rules: rules
            )
        }
        return Verdict(
            stage: subject.stage.key,
            warehouse: subject.request.warehouse,
            freight: blocking.name == .manifests ? nil : freight?.key,
            kind: blocking.name.verdict,
            reason: sentence(on: blocking, freight: freight?.freight, subject),
            rules: rules
        )
    }

    /// The rule's reason, with the name of the freight where the verdict needs it.
    private func sentence(on rule: PromotionRule, freight: Freight?, _ subject: RuleSubject) -> String {
        let stage = subject.stage.key
        let alias = freight?.alias ?? ""
        switch rule.name {
        case .available: return "freight \(alias) is not available to \(stage.name): \(rule.reason)"
        case .notLooked, .lostState, .twoWriters:
            return
                "freight \(alias) is available to \(stage.name), but automatic promotion is paused: \(rule.reason)"
        case .automatic:
            return
                "freight \(alias) is available to \(stage.name); \(rule.reason), or run `hoistway promote \(stage) \(alias)`"
        case .manifests, .freight, .steps, .present, .queued, .lost, .triedBefore, .observedBefore: return rule.reason
        }
    }

    // MARK: The rules

    private func ask(_ name: PromotionRule.Name, of subject: RuleSubject) -> PromotionRule {
        let stage = subject.stage.key
        let warehouse = subject.request.warehouse
        switch name {
        case .manifests:
            return rule(
                name,
                blocks: !pipelines.isComplete,
                "nothing is decided until all manifests have been read without errors: see `hoistway get manifests`",
                else: "all manifests have been read"
            )
        case .freight:
            return rule(
                name,
                blocks: subject.newest == nil,
                "warehouse \(warehouse) has no freight yet",
                else: "warehouse \(warehouse) has freight"
            )
        case .available: return askAvailability(of: subject)
        case .steps:
            guard let candidate = subject.candidate else { return PromotionRule(name, .notAsked) }
            return rule(
                name,
                blocks: subject.stage.promotion == .controlFlow,
                Self.passing(candidate, through: subject.stage),
                else: "\(stage.name) has promotion steps"
            )
        case .present, .queued, .lost, .triedBefore: return askStanding(name, of: subject)
        case .notLooked, .lostState, .twoWriters: return askPause(name, of: subject)
        case .automatic:
            return PromotionRule(name, subject.auto.isEnabled ? .passes : .blocks, subject.auto.reason)
        case .observedBefore:
            guard let candidate = subject.candidate else { return PromotionRule(name, .notAsked) }
            return rule(
                name,
                blocks: wasObservedBefore(candidate, stage: subject.stage, state: subject.state),
                waiting(candidate.freight, stage: subject.stage, state: subject.state),
                else: "the freight is not from before \(stage.name) began to promote"
            )
        }
    }

    /// - Parameter clear: the reason where it does not block and reasons are needed.
    private func rule(
        _ name: PromotionRule.Name,
        blocks: Bool,
        _ reason: @autoclosure () -> String,
        else clear: @autoclosure () -> String
    ) -> PromotionRule {
        guard !blocks else { return PromotionRule(name, .blocks, reason()) }
        return passing(name, clear())
    }

    /// - Parameter clear: the reason where reasons are needed.
    private func passing(_ name: PromotionRule.Name, _ clear: @autoclosure () -> String) -> PromotionRule {
        PromotionRule(name, .passes, explains ? clear() : "")
    }

    private func askAvailability(of subject: RuleSubject) -> PromotionRule {
        guard let candidate = subject.candidate else {
            guard let newest = subject.newest else { return PromotionRule(.available, .notAsked) }
            var until: Timestamp?
            if case .unavailable(_, let moment) = newest.availability { until = moment }
            return PromotionRule(.available, .blocks, newest.availability.reason, until: until)
        }
        let reason = explains ? availability(of: candidate, to: subject.stage, subject.state).reason : ""
        return PromotionRule(.available, .passes, reason)
    }

    /// Checks the earlier promotions of the freight to the stage.
    private func askStanding(_ name: PromotionRule.Name, of subject: RuleSubject) -> PromotionRule {
        guard let freight = subject.candidate?.freight else { return PromotionRule(name, .notAsked) }
        let stage = subject.stage
        let state = subject.state
        let record = subject.record
        switch name {
        case .present:
            let present = record?.history.first
            return rule(
                name,
                blocks: record?.current(of: subject.request.warehouse) == freight.id,
                Self.sentence(on: present, freight: freight, stage: stage.key),
                else: "freight \(freight.alias) is not in \(stage.key.name)"
            )
        case .queued:
            let queue = state.openPromotions(of: stage.key)
            guard let open = queue.first(where: { $0.freight == freight.id }) else {
                return passing(name, "no promotion of freight \(freight.alias) is open")
            }
            let wait = open.turn(in: queue).map { ": it \($0)" } ?? ""
            return PromotionRule(
                name,
                .blocks,
                "promotion \(open.id) of freight \(freight.alias) is \(open.phase.rawValue.lowercased())\(wait)"
            )
        case .lost:
            guard let record, let lost = record.lost,
                record.history.first?.items[subject.request.warehouse] == freight.id
            else { return passing(name, "no branch of \(stage.key.name) has lost it") }
            let drift = state.branches[lost.branch]?.drift
            return PromotionRule(
                name,
                .blocks,
                Self.sentence(on: lost, freight: freight.alias, stage: stage.key, drift: drift)
            )
        default:
            let finished = state.finishedPromotions(of: freight.id, to: stage.key)
            guard let last = finished.first(where: { counts($0, stage) }) else {
                return passing(name, "freight \(freight.alias) was not promoted to it before")
            }
            let how = last.message.isEmpty ? "" : ": \(last.message)"
            let what = last.mode == .observe ? "observed promotion" : "promotion"
            let again = last.mode == .observe ? "observed" : "promoted"
            // A message with its own command gives better advice.
            let isTold = last.message.contains("`hoistway ")
            let advice = isTold ? "" : ": run `hoistway promote \(stage.key) \(freight.alias)`"
            return PromotionRule(
                name,
                .blocks,
                "\(what) \(last.id) of freight \(freight.alias) \(last.phase.rawValue.lowercased())\(how); nothing is \(again) "
                    + "twice automatically\(advice)"
            )
        }
    }

    /// Checks the pauses of automatic promotion; a stage in observe mode changes nothing and need not wait.
    private func askPause(_ name: PromotionRule.Name, of subject: RuleSubject) -> PromotionRule {
        guard pipelines.mode(of: subject.stage, program: mode) == .promote else {
            return PromotionRule(name, .passes, "nothing is pushed in observe mode")
        }
        guard let record = subject.record else {
            return name == .notLooked
                ? PromotionRule(name, .blocks, "its branches have not been looked at yet")
                : PromotionRule(name, .notAsked)
        }
        guard let kind = StageRecord.Pause.Kind(rawValue: name.rawValue), let pause = record.pause(kind) else {
            return PromotionRule(name, .passes, name.clearance)
        }
        // The promotion itself looks again, and people can see its next try.
        return PromotionRule(name, kind == .notLooked ? .passes : .blocks, pause.reason)
    }
}

extension PromotionRule.Name {
    /// Rules that make this one unnecessary if they block.
    fileprivate var preconditions: [PromotionRule.Name] {
        switch self {
        case .manifests: []
        case .freight, .notLooked, .lostState, .twoWriters, .automatic: [.manifests]
        case .available: [.manifests, .freight]
        case .steps: [.manifests, .freight, .available]
        case .present, .observedBefore: [.steps]
        case .queued: [.steps, .present]
        case .lost: [.steps, .present, .queued]
        case .triedBefore: [.steps, .present, .queued, .lost]
        }
    }

    /// The verdict on freight that this rule blocks.
    fileprivate var verdict: Dispatch.Verdict.Kind {
        switch self {
        case .manifests, .notLooked, .lostState, .twoWriters: .paused
        case .freight: .noFreight
        case .available: .notAvailable
        case .steps: .controlFlow
        case .present: .alreadyThere
        case .queued: .queued
        case .lost: .lost
        case .triedBefore: .triedBefore
        case .automatic: .off
        case .observedBefore: .observedBefore
        }
    }

    /// The reason where there is no such pause.
    fileprivate var clearance: String {
        switch self {
        case .notLooked: "Hoistway has read its branches"
        case .lostState: "this state contains all promotions on its branches"
        default: "no other program commits what the stage commits"
        }
    }
}
