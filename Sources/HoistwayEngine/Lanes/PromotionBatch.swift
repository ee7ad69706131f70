import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Runs the promotions of one lane together: one look at the refs, one load of objects, shared pushes.
///
/// Promotions are built one after the other. If one writes a branch that another of the batch has just written, it
/// begins at that commit, so that one push has both.
struct PromotionBatch: Sendable {
    let core: EngineCore
    let lane: LaneKey
    let promotions: [PromotionRecord]
    /// If set, this is one promotion that runs outside its lane, in this kind of place: steps may take long, and
    /// nothing is pushed.
    var place: StepPlace?

    private var isApart: Bool { place != nil }

    func run() async throws {
        let waiting = try await IntentRecovery(core: core, lane: lane).run()
        guard waiting.isEmpty else {
            try await postpone(waiting)
            let others = promotions.filter { waiting[$0.id] == nil }
            guard !others.isEmpty else { return }
            return try await PromotionBatch(core: core, lane: lane, promotions: others, place: place).promote()
        }
        try await promote()
    }

    /// Postpones promotions with unknown results of their pushes, whatever the failure, and not before the pause that
    /// it names.
    private func postpone(_ waiting: [PromotionID: GitFailure]) async throws {
        let now = core.ports.clock.now()
        try await core.transact { transaction, core in
            for id in promotions.map(\.id) {
                guard let failure = waiting[id], var record = transaction.state.openPromotion(id)
                else { continue }
                let retry: Retry =
                    switch failure.retry {
                    case .after, .notSent: failure.retry
                    case .never, .few, .limitedBackoff, .backoff: .backoff
                    }
                record.postpone(failure.description, retry: retry, now: now, random: core.ports.random)
                transaction.put(.putPromotion(record))
            }
        }
    }

    private func promote() async throws {
        // Stored before anything is read or built: if the program crashes, the next start must find these promotions.
        defer { core.laneRuns.noteEnd(of: promotions.map(\.id)) }
        let open = try await begin(at: core.ports.clock.now())
        guard !open.isEmpty else { return }
        let state = await core.ledger.snapshot
        var earlier: [(resumption: Resumption, results: [StepResult])] = []
        for record in open {
            var found = try await core.resumption(of: record, on: state)
            if isApart { found.resumption.onlyLook(for: record) }
            earlier.append(found)
        }
        var plans: [PromotionPlan] = []
        for (record, earlier) in zip(open, earlier) where !earlier.resumption.isLook {
            plans.append(await core.plan(of: record, after: earlier.resumption.finished.count, on: state))
        }
        // If an earlier survey failed, it is repeated now, before anything can be pushed.
        try await BranchSurvey(core: core).checkNewStages(open.map(\.stage))
        let outlook = await BatchReading(
            core: core,
            project: lane.project,
            isPushed: !isApart && open.allSatisfy { $0.mode == .promote }
        ).read(for: plans)
        var heads = outlook.heads
        var drafts: [Draft] = []
        for (record, earlier) in zip(open, earlier) {
            // Its workspace gets the commits of the drafts before it.
            var draft = await draft(of: record, earlier.resumption, earlier.results, heads: heads)
            let keys = draft.plan.checkouts.map(BatchReading.RemoteKey.init)
            await comparePreview(&draft)
            let isCompared = !draft.isRunning
            await advance(&draft, heads: &heads, asked: state)
            // A refusal also depends on the assumed position of the branch.
            if draft.isOver || draft.objection != nil, !isCompared, !outlook.assumed.isDisjoint(with: keys) {
                retryWithoutAssumptions(&draft)
            }
            drafts.append(draft)
        }
        while drafts.contains(where: { $0.push != nil }) {
            try await PushRound(core: core, lane: lane).push(&drafts)
            Self.note(pushed: drafts, in: &heads)
            for index in drafts.indices where drafts[index].isRunning {
                await advance(&drafts[index], heads: &heads, asked: state)
            }
        }
        Self.retryOnMissingBases(&drafts)
        try await settle(drafts)
    }

    /// A promotion without changes only succeeds if the commit it was compared with has arrived.
    private static func retryOnMissingBases(_ drafts: inout [Draft]) {
        let arrived = Set(drafts.flatMap(\.record.branches).filter(\.pushed).map(\.commit))
        for index in drafts.indices where !drafts[index].unpushedBases.isSubset(of: arrived) {
            guard case .finished(.succeeded, _)? = drafts[index].end,
                !drafts[index].record.branches.contains(where: \.pushed), drafts[index].record.mode == .promote
            else { continue }
            drafts[index].end(.retry)
        }
    }

    /// From now on branches are where a round has pushed them.
    private static func note(pushed drafts: [Draft], in heads: inout KnownHeads) {
        for draft in drafts where draft.isRunning {
            guard let branch = draft.record.branches.last(where: \.isOnStageBranch) else { continue }
            heads.snapshots[branch.remote]?.refs["refs/heads/" + branch.branch] = branch.commit
        }
    }

    /// It ended without a push, by branches that were only assumed: it must be built again.
    private func retryWithoutAssumptions(_ draft: inout Draft) {
        for checkout in draft.plan.pushed {
            guard let remote = remote(of: checkout) else { continue }
            for branch in checkout.pushBranches(default: nil) {
                core.branches.distrust(BranchKey(remote: remote, branch: branch))
            }
        }
        draft.end(.retry)
    }

    /// `nil` if the URL cannot be used; the promotion itself reports why.
    private func remote(of checkout: PromotionPlan.Checkout) -> String? {
        try? core.ports.remotes.remote(
            checkout.repoURL,
            project: lane.project,
            insecureSkipTLSVerify: checkout.insecureSkipTLSVerify
        ).displayURL
    }

    /// Stores that the open promotions are running; returns them as they are in the state then.
    private func begin(at now: Timestamp) async throws -> [PromotionRecord] {
        let (traces, kept) = try await tracesOfAborted()
        return try await core.transact { transaction, core in
            for record in promotions.compactMap({ transaction.state.openPromotion($0.id) }) {
                guard record.abortedBy != nil, !kept.contains(record.id) else { continue }
                let stage = core.configuration.pipelines.stage(record.stage)
                transaction.put(
                    Abort.end(
                        of: record,
                        stage: stage,
                        traces: traces[record.id] ?? [:],
                        state: transaction.state,
                        now: now
                    )
                )
            }
            // A crash of the machine is not their fault, and each effect has its own intent or record.
            transaction.durability = .program
            var open = open(on: transaction.state, now: now).filter { !kept.contains($0.id) }
            let others = core.laneRuns.noteBeginning(of: open.map(\.id))
            let isAlone = others.isEmpty && open.count == 1
            for index in open.indices {
                open[index].run = RunMark(isAlone: isAlone, crashes: open[index].run?.crashes ?? 0)
            }
            transaction.put(open.map(Change.putPromotion))
            for id in others {
                guard var other = transaction.state.openPromotion(id), other.run?.isAlone == true else { continue }
                other.run?.isAlone = false
                transaction.put(.putPromotion(other))
            }
            return open
        }
    }

    /// Effects in other systems by steps of aborted promotions that the end of the program has cut off.
    ///
    /// The requests may take long: a lane keeps such promotions for a run outside it.
    private func tracesOfAborted() async throws -> (found: [PromotionID: [String: StepTrace]], kept: Set<PromotionID>) {
        var found: [PromotionID: [String: StepTrace]] = [:]
        var kept: Set<PromotionID> = []
        let state = await core.ledger.snapshot
        for record in promotions.compactMap({ state.openPromotion($0.id) }) {
            guard let needed = core.placeOfTraces(of: record) else { continue }
            if let place {
                found[record.id] = try await core.traces(of: record, at: place)
            } else {
                kept.insert(record.id)
                core.apart.add(record.id, of: lane.project, at: needed)
            }
        }
        return (found, kept)
    }

    /// The open promotions, marked as running.
    private func open(on state: PipelineState, now: Timestamp) -> [PromotionRecord] {
        promotions.compactMap { promotion in
            guard var record = state.openPromotion(promotion.id) else { return nil }
            let stage = core.configuration.pipelines.stage(record.stage)
            let hasActed = record.hasActed || state.isPushing(record.id)
            // The stricter of the mode at creation and the present one counts.
            let mode = core.observes(record.stage) && !hasActed ? .observe : record.mode
            record.phase = .running
            record.startedAt = record.startedAt ?? now
            record.nextTry = nil
            // Pushed commits were made of the freight at that time.
            let collection = hasActed ? record.collection : record.presentCollection(on: state, of: stage)
            if record.collection != collection { take(collection, into: &record, of: stage, on: state) }
            record.mode = mode
            return record
        }
    }

    /// Steps made of legacy mechanisms contain values of the freight, so they are made again with the present freight.
    private func take(
        _ collection: [String: FreightID],
        into record: inout PromotionRecord,
        of stage: Stage?,
        on state: PipelineState
    ) {
        record.collection = collection
        guard let stage, case .mechanisms = stage.promotion else { return }
        let all = core.freight(collection, of: record.stage, on: state)
        guard let freight = all.first(where: { $0.id == record.freight }) else { return }
        record.steps = stage.steps(
            for: freight,
            beside: all.filter { $0.id != freight.id },
            subscriptions: core.subscriptions(of: record.stage)
        )
    }

    private func draft(
        of record: PromotionRecord,
        _ resumption: Resumption,
        _ results: [StepResult],
        heads: KnownHeads
    ) async -> Draft {
        let configuration = core.configuration
        let plan = PromotionPlan(steps: Array(await core.foresee(record).steps.dropFirst(resumption.finished.count)))
        var own = ownHeads(of: plan, among: heads)
        // Its later steps continue from its own pushes, wherever the branch is now.
        for outcome in resumption.pinned {
            own.unpushed[BranchKey(remote: outcome.remote, branch: outcome.branch)] = nil
            own.snapshots[outcome.remote]?.refs["refs/heads/" + outcome.branch] = outcome.commit
        }
        for pin in resumption.read.pins {
            guard let remote = remote(of: pin.checkout), let branch = pin.checkout.branch else { continue }
            own.snapshots[remote]?.refs["refs/heads/" + branch] = pin.commit
        }
        own.grafts = core.grafts[record.id]
        let workspace = core.ports.workspaces.workspace(
            heads: own,
            author: configuration.author,
            at: core.ports.clock.now()
        )
        let context = await core.stepContext(of: record, workspace: workspace, at: place)
        var draft = Draft(
            record: record,
            plan: plan,
            run: StepRun(steps: record.steps, context: context, resumption: resumption, results: results)
        )
        draft.unpushedBases = Set(own.unpushed.values)
        if let freight = context.freight {
            let matcher = core.ports.matcher
            draft.warnings = Prereleases.warnings(on: freight, subscriptions: context.subscriptions, matcher: matcher)
        }
        // Finished steps do not run again, so their warnings are kept.
        if !resumption.finished.isEmpty { draft.warnings = (record.warnings ?? []) + draft.warnings }
        return draft
    }

    /// Only promotions that push the same branch get commits that are not pushed yet: the push of one fails with the
    /// other's.
    ///
    /// A promotion that only reads the branch could copy such a commit elsewhere, even if its push fails here.
    private func ownHeads(of plan: PromotionPlan, among heads: KnownHeads) -> KnownHeads {
        guard !heads.unpushed.isEmpty else { return heads }
        let pushed = plan.pushed.flatMap { checkout -> [BranchKey] in
            guard let remote = remote(of: checkout) else { return [] }
            let main =
                checkout.isDefaultBranch ? heads.snapshots[remote]?.defaultBranch?.dropFirst("refs/heads/".count) : nil
            return checkout.pushBranches(default: main.map(String.init)).map { BranchKey(remote: remote, branch: $0) }
        }
        var own = heads
        // Commits that were made for another URL of the repository do not exist for this one.
        own.unpushed = heads.unpushed.filter { key, _ in pushed.contains { $0 == key && $0.remote == key.remote } }
        return own
    }

    /// Runs steps until a push is needed or the run ends.
    private func advance(_ draft: inout Draft, heads: inout KnownHeads, asked state: PipelineState) async {
        while draft.isRunning {
            switch await draft.run.next() {
            case .finished(let phase, let message):
                if phase == .succeeded, endIfMissing(&draft) { continue }
                draft.end(.finished(phase, message: message))
            case .retryLater where Task.isCancelled: draft.end(.stopped)
            case .retryLater(let message, let retry):
                if let failure = draft.run.lastFailure { core.metrics.outsideFailed(failure) }
                draft.end(.later(message: message, retry: retry))
            case .waiting(let message, let pause):
                let patience = await core.patience(of: draft.presentRecord, pause: pause)
                draft.end(.waiting(message: message, until: core.ports.clock.now() + patience))
            case .apartNeeded: draft.end(.apart)
            case .willAct:
                await store(&draft) { try await admit(&$0) }
            case .hasActed: await store(&draft) { try await conclude(&$0) }
            case .pushNeeded where isApart: draft.end(.ready)
            case .pushNeeded(let need):
                draft.learn()
                do {
                    try await evaluate(need, draft: &draft, heads: &heads, asked: state)
                } catch  where Task.isCancelled {
                    draft.end(.stopped)
                } catch {
                    core.metrics.outsideFailed(error)
                    draft.end(.later(error))
                }
            }
        }
    }

    /// If nothing could be stored, the step must act, or change Hoistway's state, again.
    private func store(_ draft: inout Draft, _ body: (inout Draft) async throws -> Void) async {
        do {
            try await body(&draft)
        } catch {
            draft.run.withdraw()
            draft.end(Task.isCancelled ? .stopped : .later(error))
        }
    }

    /// Stores what a step has done, with the changes of Hoistway's state that it requests.
    private func conclude(_ draft: inout Draft) async throws {
        do {
            if try await !core.store(draft) { return draft.end(.stopped) }
            if !draft.run.stateChanges.isEmpty { draft.run.see(await core.ledger.snapshot) }
        } catch let failure as StateChangeFailure {
            draft.run.refuseStateChanges(failure.description)
        }
    }

    /// Stores that an effect begins, unless it is no longer allowed.
    private func admit(_ draft: inout Draft) async throws {
        if draft.record.mode == .promote, core.observes(draft.record.stage) {
            return draft.run.refuse(
                "\(draft.record.stage) has changed to observe mode: nothing more is done outside",
                .observed
            )
        }
        if let pause = await core.pause(of: draft.record) {
            switch pause.kind {
            case .notLooked: draft.end(.later(pause))
            case .lostState, .twoWriters: draft.run.refuse(pause.reason, pause.code)
            }
            return
        }
        if endIfMissing(&draft) { return }
        if let merge = draft.run.merging,
            let objection = try await MergeInspector(core: core).objection(to: merge, draft: draft)
        {
            draft.objection = objection.awaitsAcceptance ? .acceptanceNeeded : .promotionRefused
            return draft.run.refuse("the pull request is not merged: \(objection.text)", objection.code)
        }
        if try await !core.store(draft) { draft.end(.stopped) }
    }

    /// A push must pass the guard; then the branch's next reader begins at its commit.
    ///
    /// - Parameter state: the state from before the remotes were asked for their heads.
    private func evaluate(
        _ need: PushNeed,
        draft: inout Draft,
        heads: inout KnownHeads,
        asked state: PipelineState
    ) async throws {
        let key = need.branchKey
        if let graft = need.graft {
            // Its steps run again, with these files from the branch.
            core.grafts.add(graft, of: need, draft: draft)
            draft.end(.retry)
            return
        }
        if need.isOnStageBranch, let ahead = heads.unpushed[key], ahead != need.outgoing.old {
            // The branch was read before another promotion of the batch, or an earlier push of this one, wrote it.
            draft.end(.retry)
            return
        }
        if draft.record.mode == .promote, core.observes(draft.record.stage) {
            let words = "\(draft.record.stage) has changed to observe mode: nothing more is pushed"
            draft.run.pushed(.refused(words, .observed))
            return
        }
        if let pause = await core.pause(of: draft.record) {
            switch pause.kind {
            case .notLooked: draft.end(.later(pause))
            case .lostState, .twoWriters: draft.run.pushed(.refused(pause.reason, pause.code))
            }
            return
        }
        let inspection = try await PushInspector(core: core).inspect(need, draft: draft, heads: heads)
        for effect in inspection.effects {
            try await effect.apply(to: key, remote: need.outgoing.remote, stage: draft.record.stage, core: core)
        }
        var verdict = inspection.verdict(
            mode: draft.record.mode,
            asked: need.isOnStageBranch ? state.branches[key]?.head : nil,
            present: need.isOnStageBranch ? await core.ledger.snapshot.branches[key]?.head : nil
        )
        if core.preview != nil { verdict = verdict.beyondLimits(mode: draft.record.mode) }
        if case .retry = verdict {} else { draft.warnings += inspection.warnings }
        if try await endIfOutdated(&draft, need, &verdict) { return }
        switch verdict {
        case .nothingToPush: draft.goOn(.nothingToPush(need.outgoing.base))
        case .retry: draft.end(.retry)
        case .refused(let push, let objection):
            draft.record.branches.append(push.outcome)
            // An objection to a promotion's own branch, or to a tag, never pauses a stage.
            var told: NoticeEvent?
            if need.isOnStageBranch {
                told = try await core.note(
                    inspection.standing,
                    of: key,
                    objection: objection,
                    stage: draft.record.stage,
                    promotion: draft.record
                )
            }
            if let drift = inspection.standing.drift {
                let watch = FreightWatch(core: core, remote: need.outgoing.remote, branch: key)
                try await watch.check(at: drift.isZero ? nil : drift, inspection.standing)
            }
            draft.objection = told ?? (objection.awaitsAcceptance ? .acceptanceNeeded : .promotionRefused)
            draft.goOn(.refused(objection.text, objection.code))
        case .observed(let push):
            if need.isOnStageBranch { heads.unpushed[key] = push.outcome.commit }
            draft.record.branches.append(push.outcome)
            draft.goOn(.observed(push.outcome.commit, because: "observe mode"))
        case .push(let push):
            if need.isOnStageBranch { heads.unpushed[key] = push.outcome.commit }
            draft.wait(for: push)
        }
    }

    /// Stores the end of each promotion, all in one transaction.
    private func settle(_ drafts: [Draft]) async throws {
        let ended = drafts.map {
            (record: $0.presentRecord, end: $0.end, objection: $0.objection, results: $0.run.results)
        }
        for draft in drafts {
            switch draft.end {
            case .apart:
                let place = core.place(of: draft.run.presentStep, in: lane.project)
                core.apart.add(draft.record.id, of: lane.project, at: place)
            case .finished: core.memos.forget(draft.record.id)
            case .later, .waiting, .ready, .retry, .stopped, nil: break
            }
        }
        let now = core.ports.clock.now()
        try await core.transact { transaction, core in
            for (var record, end, objection, results) in ended {
                if case .finished = end {
                    core.grafts.remove(record.id)
                    core.compared.end(record.id)
                }
                guard let present = transaction.state.openPromotion(record.id) else { continue }
                record.abortedBy = present.abortedBy
                transaction.objections[record.id] = objection
                let awaited = record.awaitedApplications ?? []
                // Before the check for changes: a later change finds the wait.
                core.waits.note(record.id, waitsFor: end.isWait ? awaited : [])
                let hasChanged =
                    core.waits.hasChanged(awaited, during: record.id)
                    || core.pullRequestNews.hasChanged(of: record)
                let end = hasChanged ? end.map { $0.lookingAgain(at: now) } : end
                let changes = Settlement.changes(record, end: end, core: core, state: transaction.state, now: now)
                transaction.put(changes)
                let isOver = transaction.state.promotions[record.id]?.ended != nil
                if isOver || record.hasActed { transaction.put(.putStepResults(record.id, results)) }
            }
        }
    }
}
