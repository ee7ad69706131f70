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
        /// Of each stage that was looked at: when the clock alone changes an answer; `nil`: it does not.
        package var looks: [StageKey: Timestamp?] = [:]

        /// When the clock alone changes the first answer.
        package var nextLook: Timestamp? { looks.values.compactMap(\.self).min() }

        package init() {}

        fileprivate func nextLook(of stage: StageKey) -> Timestamp? { looks[stage].flatMap(\.self) }

        fileprivate mutating func note(_ look: Timestamp, of stage: StageKey) {
            looks[stage] = .some(looks[stage].flatMap(\.self).map { min($0, look) } ?? look)
        }
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
        let graph = StageGraph(pipelines)
        var concern = StageConcern()
        concern.addAll(of: graph, on: state)
        return decide(on: state, concerning: concern, graph: graph, matcher: matcher, names: &names, random: random)
    }

    /// Looks at the stages that something has changed for, and at those that this changes something for in turn,
    /// upstream first.
    ///
    /// The answer is that of a look at every stage, where each change since that look was told.
    ///
    /// - Parameter graph: of the same manifests.
    package func decide(
        on state: PipelineState,
        concerning concern: StageConcern,
        graph: StageGraph,
        matcher: some PatternMatcher,
        names: inout PromotionNames,
        random: () -> UInt64
    ) -> Result {
        var result = Result()
        // What could not be read yet may be what a stage waits for, or the stage of a promotion.
        guard pipelines.isComplete else { return result }
        // Promotions do not depend on what nobody reads.
        var silent = self
        silent.explains = false
        var state = state
        var queue = StageQueue(concern, graph: graph)
        func take(_ changes: [Change], behind place: Int?) {
            for change in changes {
                queue.add(graph.concern(of: change, before: state), behind: place)
                state.apply(change)
            }
            result.changes += changes
        }
        for stage in queue.unknown { result.looks[stage] = .some(nil) }
        take(endOfRemovedStages(queue.unknown, on: state), behind: nil)
        take(modeChanges(of: queue.known.compactMap(pipelines.stage), on: state), behind: nil)
        while let next = queue.next() {
            guard let stage = pipelines.stage(next.stage), let project = pipelines.projects[stage.key.project] else {
                continue
            }
            result.looks[stage.key] = .some(nil)
            var hasPromoted = false
            var hasMore = false
            for request in stage.requestedFreight {
                if stage.promotion == .controlFlow {
                    let passed = silent.passThrough(
                        stage,
                        request: request,
                        of: next.freight,
                        state: state,
                        into: &result
                    )
                    take(passed, behind: next.place)
                    continue
                }
                let auto = AutoPromotion.of(stage, in: project, matcher: matcher)
                // A stage that takes all freight in its order may have several to promote.
                for turn in 1...Self.maxAtOnce {
                    var verdict = silent.evaluate(stage, request: request, auto: auto, state: state, into: &result)
                    let isPromoted = verdict.kind == .promote
                    if isPromoted {
                        hasPromoted = true
                        let promoted = promote(
                            stage,
                            verdict: &verdict,
                            project: project,
                            state: state,
                            names: &names,
                            random: random
                        )
                        take(promoted, behind: next.place)
                    }
                    if isPromoted || turn == 1 { result.verdicts.append(verdict) }
                    guard isPromoted, !stage.supersedes else { break }
                    // There may be more: the next look makes them.
                    if turn == Self.maxAtOnce { hasMore = true }
                }
            }
            if hasPromoted, result.nextLook(of: stage.key) != nil {
                // What was waited for may be older than what is promoted: nobody waits for that any more.
                result.looks[stage.key] = .some(nil)
                for request in stage.requestedFreight {
                    _ = silent.evaluate(
                        stage,
                        request: request,
                        auto: AutoPromotion.of(stage, in: project, matcher: matcher),
                        state: state,
                        into: &result
                    )
                }
            }
            if hasMore { result.note(now, of: stage.key) }
        }
        return result
    }

    /// The newest freight that is available, and whether it is to be promoted now: the first rule that blocks decides.
    package func evaluate(
        _ stage: Stage,
        request: FreightRequest,
        auto: AutoPromotion,
        state: PipelineState,
        into result: inout Result
    ) -> Verdict {
        let warehouse = WarehouseKey(project: stage.key.project, name: request.warehouse)
        let newest = pipelines.isComplete ? state.newestFreight(of: warehouse).first { _ in true } : nil
        let subject = RuleSubject(
            stage: stage,
            request: request,
            auto: auto,
            newest: newest.map { ($0, availability(of: $0, to: stage, state)) },
            candidate: newest.flatMap { _ in candidate(for: stage, request: request, state: state, into: &result) },
            state: state
        )
        let rules = explains ? self.rules(for: subject) : []
        return verdict(on: subject, rules: rules)
    }

    /// What would be promoted; nothing is looked at that is older than that.
    private func candidate(
        for stage: Stage,
        request: FreightRequest,
        state: PipelineState,
        into result: inout Result
    ) -> FreightRecord? {
        func isAvailable(_ record: FreightRecord) -> Bool {
            let answer = availability(of: record, to: stage, state)
            if case .unavailable(_, let until?) = answer, until > now { result.note(until, of: stage.key) }
            return answer.isAvailable
        }
        guard stage.supersedes else {
            return next(for: stage, request: request, state: state, isAvailable: isAvailable)
        }
        if request.selection == .matchUpstream, let upstream = request.stages.first {
            let key = StageKey(project: stage.key.project, name: upstream)
            let current = state.stages[key]?.current(of: request.warehouse)
            return current.flatMap { state.freight[stage.key, $0] }.flatMap {
                $0.freight.origin.name == request.warehouse && isAvailable($0) ? $0 : nil
            }
        }
        return state.eligibleFreight(for: stage, request: request).first(where: isAvailable)
    }

    /// The oldest that came after all that has been promoted to the stage; the newest where nothing has.
    private func next(
        for stage: Stage,
        request: FreightRequest,
        state: PipelineState,
        isAvailable: (FreightRecord) -> Bool
    ) -> FreightRecord? {
        let current = state.stages[stage.key]?.current(of: request.warehouse)
        var newest: FreightRecord?
        var oldest: FreightRecord?
        for record in state.eligibleFreight(for: stage, request: request) where isAvailable(record) {
            if newest == nil { newest = record }
            let isTried =
                record.freight.id == current || wasObservedBefore(record, stage: stage, state: state)
                || state.promotions(of: record.key, to: stage.key).contains { counts($0, stage) }
            guard !isTried else { return oldest ?? newest }
            oldest = record
        }
        return newest
    }

    /// Promotions made in observe mode do not count for a stage in promote mode, and those that ended because the stage
    /// was not in the manifests do not count at all.
    func counts(_ promotion: some OutlinedPromotion, _ stage: Stage) -> Bool {
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
        return "freight \(alias) is no longer in \(stage.name): \(lost.reason); \(remedy)"
    }

    static func passing(_ record: FreightRecord, through stage: Stage) -> String {
        "freight \(record.freight.alias) passes through \(stage.key.name), which promotes nothing itself"
    }

    /// - Parameter freight: what may pass through since the last look; `nil`: any.
    private func passThrough(
        _ stage: Stage,
        request: FreightRequest,
        of freight: Set<FreightKey>?,
        state: PipelineState,
        into result: inout Result
    ) -> [Change] {
        var changes: [Change] = []
        func pass(_ record: FreightRecord) {
            guard record.verifiedIn[stage.key.name] == nil else { return }
            let answer = availability(of: record, to: stage, state)
            if case .unavailable(_, let until?) = answer, until > now { result.note(until, of: stage.key) }
            guard answer.isAvailable else { return }
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
        // What the clock lets through is nobody's change.
        if let freight, request.direct || (request.requiredSoak ?? .zero) == .zero {
            for record in freight.compactMap({ state.freight[$0] }).sorted(by: Self.isNewer)
            where record.freight.origin.name == request.warehouse { pass(record) }
        } else {
            state.eligibleFreight(for: stage, request: request).forEach(pass)
        }
        return changes
    }

    private static func isNewer(_ left: FreightRecord, _ right: FreightRecord) -> Bool {
        (left.freight.discoveredAt, left.freight.id.text) > (right.freight.discoveredAt, right.freight.id.text)
    }
}
