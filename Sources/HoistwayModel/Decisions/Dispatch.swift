/// Decides which promotions should exist, from the manifests, the state and the time.
package struct Dispatch: Sendable {
    /// The verdict on one stage and one warehouse whose freight it requests.
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
            /// A person must check the stage first.
            case paused
            /// The freight existed before the stage began to promote: a person must request it.
            case observedBefore
            /// The freight was promoted, but a branch of the stage has lost it: a person must request it again.
            case lost
        }

        package var stage: StageKey
        package var warehouse: String
        package var freight: FreightKey?
        package var kind: Kind
        package var reason: String
        /// Every rule in its order; empty where they are not needed, such as when promotions are made.
        package var rules: [PromotionRule] = []
    }

    package struct Result: Sendable, Equatable {
        package var changes: [Change] = []
        package var verdicts: [Verdict] = []
        /// For each stage of this look: when a result changes although nothing happens; `nil`: it does not.
        package var looks: [StageKey: Timestamp?] = [:]

        /// When the first of these changes comes.
        package var nextLook: Timestamp? { looks.values.compactMap(\.self).min() }

        package init() {}

        fileprivate func nextLook(of stage: StageKey) -> Timestamp? { looks[stage].flatMap(\.self) }

        fileprivate mutating func note(_ look: Timestamp, of stage: StageKey) {
            looks[stage] = .some(looks[stage].flatMap(\.self).map { min($0, look) } ?? look)
        }
    }

    /// The most promotions that one look makes for one stage and warehouse; the next look makes more.
    static let maxAtOnce = 100

    package var pipelines: Pipelines
    package var mode: PromotionMode
    package var now: Timestamp
    /// Whether reasons name what freight waits for upstream; promotions do not depend on it.
    private(set) var explains = true

    package init(pipelines: Pipelines, mode: PromotionMode, now: Timestamp) {
        self.pipelines = pipelines
        self.mode = mode
        self.now = now
    }

    /// Looks at every stage, upstream first, so that freight can pass several stages in the same look.
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

    /// Looks at the stages with changes, and at the stages that these looks affect, upstream first.
    ///
    /// The result is the same as that of a look at every stage, if all changes since the last such look were given.
    ///
    /// - Parameter graph: must be of the same manifests.
    package func decide(
        on state: PipelineState,
        concerning concern: StageConcern,
        graph: StageGraph,
        matcher: some PatternMatcher,
        names: inout PromotionNames,
        random: () -> UInt64
    ) -> Result {
        var result = Result()
        // Manifests that could not be read may contain a stage's source of freight, or the stage of a promotion.
        guard pipelines.isComplete else { return result }
        // Promotions do not depend on texts that nobody reads.
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
                // The freight with that time may be older than the promoted freight, so it is no longer waited for.
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

    /// The newest available freight, and whether it must be promoted now: the first rule that blocks decides.
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

    /// The freight that would be promoted; older freight is not checked.
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

    /// The oldest freight after everything that was promoted to the stage; the newest where nothing was.
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

    /// Whether a promotion counts as a try for the stage.
    ///
    /// Promotions made in observe mode do not count for a stage in promote mode. Promotions that ended because their
    /// stage was removed from the manifests never count.
    func counts(_ promotion: some OutlinedPromotion, _ stage: Stage) -> Bool {
        guard promotion.removal == nil else { return false }
        return promotion.mode == .promote || pipelines.mode(of: stage, program: mode) == .observe
    }

    /// The availability of freight for the stage, by the stage's mode and the time.
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
        // A host that refuses also refuses newer freight: new releases must neither hide that nor cause more requests.
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

    /// Whether newer freight replaces the promotion: it is automatic, of the same origin, has not acted, and is not
    /// pushing.
    package static func givesWay(_ open: PromotionRecord, to newer: FreightRecord, state: PipelineState) -> Bool {
        guard open.actor == .automatic, !open.hasActed, !state.isPushing(open.id) else { return false }
        let key = FreightKey(project: open.stage.project, id: open.freight)
        return state.freight[key]?.freight.origin == newer.freight.origin && open.freight != newer.freight.id
    }

    /// A new promotion with the present steps and mode.
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

    /// Says that the freight is in the stage, or why its promotion has not delivered it.
    package static func sentence(on present: StageRecord.Collection?, freight: Freight, stage: StageKey) -> String {
        guard let reason = present?.undelivered(freight.id) else {
            return "freight \(freight.alias) is in \(stage.name)"
        }
        return "freight \(freight.alias) was promoted to \(stage.name) and is not there: \(reason)"
    }

    /// Says that a stage's branch has lost its freight, and how the freight comes back.
    ///
    /// - Parameter drift: the present head of the branch, if it has drifted.
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

    /// - Parameter freight: freight that has changed since the last look; `nil`: any may have.
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
        // No change announces freight whose soak time has passed, so all freight is checked.
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
