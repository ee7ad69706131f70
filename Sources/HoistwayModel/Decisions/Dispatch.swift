/// Which promotions should exist: a function of the manifests, the state and the clock.
package struct Dispatch: Sendable {
    /// What is said of one stage and one warehouse that it asks freight of.
    package struct Verdict: Sendable, Equatable {
        package enum Kind: String, Sendable, Codable, CaseIterable {
            case promote
            case queued
            case alreadyThere
            case noFreight
            case notAvailable
            case off
            case triedBefore
            case controlFlow
            /// A person must look first.
            case paused
            /// It was there before the stage began to promote: a person must ask for it.
            case observedBefore
            /// It was promoted, and a branch of the stage has lost it: a person must ask for it again.
            case lost
        }

        package var stage: StageKey
        package var warehouse: String
        package var freight: FreightKey?
        package var kind: Kind
        package var reason: String
        /// Every rule in its order; empty where nobody asks for them, as when promotions are made.
        package var rules: [PromotionRule] = []
    }

    package struct Result: Sendable, Equatable {
        package var changes: [Change] = []
        package var verdicts: [Verdict] = []
        /// When the clock alone changes an answer.
        package var nextLook: Timestamp?

        package init() {}
    }

    /// How many promotions one look makes for one stage and warehouse; the next look makes more.
    static let maxAtOnce = 100

    package var pipelines: Pipelines
    package var mode: PromotionMode
    package var now: Timestamp
    /// Whether reasons say what freight waits for upstream; promotions do not depend on it.
    private(set) var explains = true

    package init(pipelines: Pipelines, mode: PromotionMode, now: Timestamp) {
        self.pipelines = pipelines
        self.mode = mode
        self.now = now
    }

    /// Looks at every stage, upstream first, so that what one stage lets through the next sees in the same look.
    package func decide(
        on state: PipelineState,
        matcher: some PatternMatcher,
        names: inout PromotionNames,
        random: () -> UInt64
    ) -> Result {
        guard !explains else {
            var silent = self
            silent.explains = false
            return silent.decide(on: state, matcher: matcher, names: &names, random: random)
        }
        var result = Result()
        // What could not be read yet may be what a stage waits for, or the stage of a promotion.
        guard pipelines.isComplete else { return result }
        result.changes = endOfRemovedStages(on: state)
        // Each stage is shown its own promotions alone: going through all of them for each would grow with the history.
        let promotions = Dictionary(grouping: state.promotions.values, by: \.stage)
        var state = state
        let modes = modeChanges(on: state)
        state.apply(modes)
        result.changes += modes
        for stage in pipelines.stagesInOrder {
            guard let project = pipelines.projects[stage.key.project] else { continue }
            let own = (promotions[stage.key] ?? []).map { ($0.id, $0) }
            state.promotions = Dictionary(own) { first, _ in first }
            for request in stage.requestedFreight {
                if stage.promotion == .controlFlow {
                    let change = passThrough(stage, request: request, state: state, into: &result)
                    state.apply(change)
                    result.changes += change
                    continue
                }
                let auto = AutoPromotion.of(stage, in: project, matcher: matcher)
                // A stage that takes all freight in its order may have several to promote.
                for turn in 1...Self.maxAtOnce {
                    var verdict = evaluate(stage, request: request, auto: auto, state: state, into: &result)
                    let isPromoted = verdict.kind == .promote
                    if isPromoted {
                        let change = promote(
                            stage,
                            verdict: &verdict,
                            project: project,
                            state: state,
                            names: &names,
                            random: random
                        )
                        state.apply(change)
                        result.changes += change
                    }
                    if isPromoted || turn == 1 { result.verdicts.append(verdict) }
                    guard isPromoted, !stage.supersedes else { break }
                }
            }
        }
        return result
    }

    /// The newest freight that is available, and whether it is to be promoted now: the first rule that blocks decides.
    ///
    /// - Parameter freight: that of the warehouse, newest first; `nil`: it is looked for in the state.
    package func evaluate(
        _ stage: Stage,
        request: FreightRequest,
        auto: AutoPromotion,
        state: PipelineState,
        freight: [FreightRecord]? = nil,
        into result: inout Result
    ) -> Verdict {
        let warehouse = WarehouseKey(project: stage.key.project, name: request.warehouse)
        let all = pipelines.isComplete ? freight ?? state.freight(of: warehouse) : []
        var answers: [(FreightRecord, Availability)] = []
        for record in all {
            let answer = availability(of: record, to: stage, state)
            answers.append((record, answer))
            if case .unavailable(_, let until?) = answer, until > now {
                result.nextLook = min(result.nextLook ?? until, until)
            }
            // What is older than the newest available one is nobody's question; with a soak time the clock asks it.
            let isLast =
                answer.isAvailable && request.requiredSoak == nil && request.selection == .newestFreight
                && stage.supersedes
            if isLast { break }
        }
        let subject = RuleSubject(
            stage: stage,
            request: request,
            auto: auto,
            newest: answers.first,
            candidate: candidate(among: answers, stage: stage, request: request, state: state),
            state: state
        )
        let rules = explains ? self.rules(for: subject) : []
        return verdict(on: subject, rules: rules)
    }

    private func candidate(
        among answers: [(FreightRecord, Availability)],
        stage: Stage,
        request: FreightRequest,
        state: PipelineState
    ) -> FreightRecord? {
        let available = answers.filter { $0.1.isAvailable }.map(\.0)
        guard stage.supersedes else { return next(among: available, stage: stage, request: request, state: state) }
        guard request.selection == .matchUpstream, let upstream = request.stages.first else { return available.first }
        let key = StageKey(project: stage.key.project, name: upstream)
        let current = state.stages[key]?.current(of: request.warehouse)
        return available.first { $0.freight.id == current }
    }

    /// The oldest that came after all that has been promoted to the stage; the newest where nothing has.
    private func next(
        among available: [FreightRecord],
        stage: Stage,
        request: FreightRequest,
        state: PipelineState
    ) -> FreightRecord? {
        let current = state.stages[stage.key]?.current(of: request.warehouse)
        let tried = Set(state.promotions.values.filter { $0.stage == stage.key && counts($0, stage) }.map(\.freight))
        let new = available.prefix {
            $0.freight.id != current && !tried.contains($0.freight.id)
                && !wasObservedBefore($0, stage: stage, state: state)
        }
        return new.count == available.count ? available.first : new.last ?? available.first
    }

    /// Promotions made in observe mode do not count for a stage in promote mode, and those that ended because the stage
    /// was not in the manifests do not count at all.
    func counts(_ promotion: PromotionRecord, _ stage: Stage) -> Bool {
        guard promotion.removal == nil else { return false }
        return promotion.mode == .promote || pipelines.mode(of: stage, program: mode) == .observe
    }

    /// What the stage's mode, and the clock, make of the question.
    package func availability(of record: FreightRecord, to stage: Stage, _ state: PipelineState) -> Availability {
        let mode = pipelines.mode(of: stage, program: mode)
        return Availability.of(record, to: stage, mode: mode, now: now) { name in
            let upstream = pipelines.stage(StageKey(project: stage.key.project, name: name))
            return explains ? upstream.flatMap { Verification.wait(of: record, in: $0, state) } : nil
        }
    }

    private func promote(
        _ stage: Stage,
        verdict: inout Verdict,
        project: Project,
        state: PipelineState,
        names: inout PromotionNames,
        random: () -> UInt64
    ) -> [Change] {
        guard let key = verdict.freight, let record = state.freight[key] else { return [] }
        let yielding = state.openPromotions(of: stage.key).filter {
            stage.supersedes && Self.givesWay($0, to: record, state: state)
        }
        for open in yielding { verdict.reason += "; \(open.id) gives way to it" }
        var promotion = newPromotion(
            of: record.freight,
            to: stage,
            in: project,
            actor: .automatic,
            reason: verdict.reason,
            state: state,
            names: &names,
            random: random
        )
        // A host that says no says it to newer freight as well: releases must neither hide that nor ask more often.
        if let refused = yielding.last(where: { ($0.trouble?.refusals ?? 0) > 0 }) {
            promotion.trouble = refused.trouble
            promotion.attempts = refused.attempts
            promotion.nextTry = refused.nextTry
            promotion.message = refused.message
            promotion.failure = refused.failure
        }
        var changes = yielding.map { open in
            var yielded = open
            yielded.phase = .aborted
            yielded.message = "gave way to newer freight \(record.freight.alias)"
            yielded.gaveWayTo = promotion.id
            yielded.finishedAt = now
            yielded.nextTry = nil
            return Change.putPromotion(yielded)
        }
        changes.append(.putPromotion(promotion))
        return changes
    }

    /// An automatic promotion of the same origin that has pushed nothing, and is not pushing, gives way.
    package static func givesWay(_ open: PromotionRecord, to newer: FreightRecord, state: PipelineState) -> Bool {
        guard open.actor == .automatic, !open.hasActed, !state.isPushing(open.id) else { return false }
        let key = FreightKey(project: open.stage.project, id: open.freight)
        return state.freight[key]?.freight.origin == newer.freight.origin && open.freight != newer.freight.id
    }

    /// A promotion as it is created, with the steps and the mode of this moment.
    package func newPromotion(
        of freight: Freight,
        to stage: Stage,
        in project: Project,
        actor: Actor,
        reason: String,
        state: PipelineState,
        names: inout PromotionNames,
        random: () -> UInt64
    ) -> PromotionRecord {
        let mode = pipelines.mode(of: stage, program: mode)
        let collection = StageCollection.items(with: freight, in: stage, mode: mode, on: state)
        let others = collection.values.filter { $0 != freight.id }
            .compactMap { state.freight[FreightKey(project: stage.key.project, id: $0)]?.freight }
        let subscriptions = stage.requestedFreight.flatMap { project.warehouses[$0.warehouse]?.subscriptions ?? [] }
        return PromotionRecord(
            id: names.next(stage: stage.key, freight: freight.id, now: now, random: random),
            stage: stage.key,
            freight: freight.id,
            collection: collection,
            actor: actor,
            reason: reason,
            steps: stage.steps(for: freight, beside: others, subscriptions: subscriptions),
            variables: stage.variables.isEmpty ? nil : stage.variables,
            mode: mode,
            createdAt: now
        )
    }

    /// That the stage's present freight is in it, as far as its promotion has done anything.
    package static func sentence(on present: StageRecord.Collection?, freight: Freight, stage: StageKey) -> String {
        guard let reason = present?.undelivered(freight.id) else {
            return "freight \(freight.alias) is in \(stage.name)"
        }
        return "freight \(freight.alias) was promoted to \(stage.name) and is not there: \(reason)"
    }

    /// That a stage's branch has lost its freight, and how it comes back.
    ///
    /// - Parameter drift: where its branch has drifted to, if it has.
    package static func sentence(
        on lost: StageRecord.Lost,
        freight alias: String,
        stage: StageKey,
        drift: ObjectID?
    ) -> String {
        let remedy = lost.remedy(stage: stage, freight: alias, drift: drift)
        return "freight \(alias) is not in \(stage.name) any more: \(lost.reason); \(remedy)"
    }

    static func passing(_ record: FreightRecord, through stage: Stage) -> String {
        "freight \(record.freight.alias) passes through \(stage.key.name), which promotes nothing itself"
    }

    private func passThrough(
        _ stage: Stage,
        request: FreightRequest,
        state: PipelineState,
        into result: inout Result
    ) -> [Change] {
        let warehouse = WarehouseKey(project: stage.key.project, name: request.warehouse)
        var changes: [Change] = []
        for record in state.freight(of: warehouse) where record.verifiedIn[stage.key.name] == nil {
            let answer = availability(of: record, to: stage, state)
            if case .unavailable(_, let until?) = answer, until > now {
                result.nextLook = min(result.nextLook ?? until, until)
            }
            guard answer.isAvailable else { continue }
            var record = record
            record.verifiedIn[stage.key.name] = FreightRecord.Verification(verifiedAt: now, isPassage: true)
            changes.append(.putFreight(record))
            result.verdicts.append(
                Verdict(
                    stage: stage.key,
                    warehouse: request.warehouse,
                    freight: record.key,
                    kind: .controlFlow,
                    reason: Self.passing(record, through: stage)
                )
            )
        }
        return changes
    }
}
