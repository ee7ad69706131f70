import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Logging
import Synchronization

/// Looks at the branches that stages write: before the first automatic promotion to a stage, and from time to time.
///
/// If this state has no record of a stage, a state that was lost may have promoted to it: commits on its branches show
/// that. Until they have been looked at, no automatic promotion goes to the stage. Later looks find branches that
/// somebody has forced or deleted. They also find other programs that commit what a stage commits. So both are found
/// before the next promotion.
struct BranchSurvey: Sendable {
    /// How many commits of a branch are looked through for promotions of a lost state.
    static let maxHistory = 100
    /// How many branches of a repository are read in advance.
    static let maxPrepared = 100
    /// How many repositories are looked at in parallel.
    static let maxAtOnce = 8

    let core: EngineCore

    /// Stages of one project that write to one repository.
    private struct Target: Hashable {
        var project: String
        var repoURL: String
        var insecureSkipTLSVerify: Bool
    }

    private typealias Written = (stage: Stage, branch: String)

    /// Looks at stages without a record, among these or among all; returns how many could not be looked at.
    @discardableResult
    func checkNewStages(_ among: [StageKey]? = nil) async throws -> Int {
        let state = await core.ledger.snapshot
        let pipelines = core.configuration.pipelines
        let candidates = among.map { Set($0).compactMap(pipelines.stage) } ?? pipelines.stagesInOrder
        let stages = candidates.filter { $0.promotion != .controlFlow && state.isUnknown($0.key) }
        guard !stages.isEmpty else { return 0 }
        let targets = targets(of: stages)
        let looks = Mutex(Dictionary(uniqueKeysWithValues: stages.map { ($0.key, Look()) }))
        looks.withLock { looks in
            for stage in targets.flatMap({ Set($0.1.map(\.stage.key)) }) { looks[stage]?.left += 1 }
        }
        // Stages that write no branch.
        try await settle(looks.withLock { $0.filter { $0.value.left == 0 } })
        // A stage continues as soon as its own repositories were looked at: another repository may take long to answer.
        try await concurrently(targets, atMost: Self.maxAtOnce) { target, written in
            let found: Result<[StageKey: String], any Error>
            do {
                found = .success(try await traces(written, in: remote(of: target), state: state))
            } catch {
                found = .failure(error)
            }
            let complete = looks.withLock { looks in
                var complete: [StageKey: Look] = [:]
                for stage in Set(written.map(\.stage.key)) {
                    looks[stage]?.add(found, of: stage)
                    if let look = looks[stage], look.left == 0 { complete[stage] = look }
                }
                return complete
            }
            try await settle(complete)
        }
        return looks.withLock { $0.values.count { $0.failure != nil } }
    }

    /// What was found for one stage so far.
    private struct Look: Sendable {
        /// How many repositories have not answered yet.
        var left = 0
        /// The sentence that names a branch with a commit for the stage.
        var trace: String?
        var failure: String?

        mutating func add(_ found: Result<[StageKey: String], any Error>, of stage: StageKey) {
            left -= 1
            switch found {
            case .success(let traces): trace = trace ?? traces[stage]
            case .failure(let error): failure = message(of: error)
            }
        }
    }

    /// Stores the findings together with the answer whether automatic promotions may run.
    private func settle(_ looks: [StageKey: Look]) async throws {
        guard !looks.isEmpty else { return }
        let state = await core.ledger.snapshot
        let told = Dictionary(
            uniqueKeysWithValues: looks.keys.map { ($0, state.stages[$0]?.pause(.notLooked)?.reason) }
        )
        try await core.transact { transaction, core in
            // If a crash of the machine loses this, the branches are looked at again.
            transaction.durability = .program
            let now = core.ports.clock.now()
            for (key, look) in looks where transaction.state.isUnknown(key) {
                var record = transaction.state.stages[key] ?? StageRecord(key: key)
                let before = record.pauses
                if let failure = look.failure {
                    let since = record.pause(.notLooked)?.since ?? now
                    record.put(StageRecord.Pause(kind: .notLooked, reason: Self.reason(failure), since: since))
                } else {
                    record.endPause(.notLooked)
                    if let trace = look.trace, record.pause(.lostState) == nil {
                        record.put(StageRecord.Pause(kind: .lostState, reason: trace, since: now))
                    }
                }
                if record.pauses != before || before.isEmpty { transaction.put(.putStage(record)) }
            }
        }
        for (stage, look) in looks {
            // Logged once for each reason: the looks are repeated while the failure lasts.
            guard let failure = look.failure, told[stage] != Self.reason(failure) else { continue }
            core.log.warning(
                "the branches of a stage cannot be looked at; it is tried again",
                metadata: ["stage.name": .string(stage.description), "error": .string(failure)]
            )
        }
    }

    private static func reason(_ failure: String) -> String { "its branches could not be looked at yet: \(failure)" }

    /// For each stage for which a branch has a commit: the sentence that names the branch.
    private func traces(
        _ written: [Written],
        in remote: any GitRemote,
        state: PipelineState
    ) async throws -> [StageKey: String] {
        let branches = Set(written.map(\.branch)).sorted()
        let names = branches.map { "refs/heads/" + $0 }
        let snapshot = try await remote.refs(prefixes: names)
        core.branches.keep(snapshot, names: Set(names), of: remote.displayURL)
        // A history has no trees. The first promotion reads the root trees next, so they come beside it.
        async let roots: Void = remote.prepareReads(
            of: Array(names.compactMap { snapshot.refs[$0] }.prefix(Self.maxPrepared))
        )
        var traces: [StageKey: String] = [:]
        for branch in branches {
            guard let tip = snapshot.refs["refs/heads/" + branch] else { continue }
            let history = try await remote.history(from: tip, until: nil, limit: Self.maxHistory)
            for (stage, _) in written
            where written.contains(where: { $0.stage.key == stage.key && $0.branch == branch }) {
                let name = stage.key.description
                guard
                    let commit = history.first(where: {
                        OtherWriters.trailer("Hoistway-Stage", in: $0.message) == name && !state.isOwn($0.id)
                    })
                else { continue }
                traces[stage.key] =
                    "\(branch) has a promotion that this state does not contain "
                    + "(\(BranchWatch.foreign(commit).summary)): "
                    + "`hoistway adopt \(name) --from-branches` takes the stage's freight from its branches"
            }
        }
        await roots
        return traces
    }

    /// Looks at every branch that was pushed before, or only at those of some repositories.
    func checkKnownBranches(of repositories: Set<RepositoryKey>? = nil) async throws {
        let state = await core.ledger.snapshot
        let present = core.configurations.present
        let pipelines = present.pipelines
        let all = repositories.map(present.writers(to:)) ?? pipelines.stagesInOrder
        let stages = all.filter { pipelines.mode(of: $0, program: present.configuration.mode) == .promote }
        let targets = targets(of: stages).filter { target, _ in
            guard let repositories else { return true }
            return RepositoryKey(url: target.repoURL).map(repositories.contains) ?? false
        }
        try await concurrently(targets, atMost: Self.maxAtOnce) { target, written in
            do {
                try await check(at: written, in: remote(of: target), state: state)
            } catch {
                guard !Task.isCancelled else { return }
                // Promotions report it too, if it concerns them; this look only comes earlier.
                core.log.debug(
                    "branches could not be looked at",
                    metadata: ["repository": .string(target.repoURL), "error": .string(message(of: error))]
                )
            }
        }
    }

    private func check(at written: [Written], in remote: any GitRemote, state: PipelineState) async throws {
        func key(_ branch: String) -> BranchKey { BranchKey(remote: remote.displayURL, branch: branch) }
        let known = written.filter { state.branches[key($0.branch)] != nil }
        guard !known.isEmpty else { return }
        let snapshot = try await remote.refs(prefixes: Set(known.map { "refs/heads/" + $0.branch }).sorted())
        let watch = BranchWatch(remote: remote)
        var standings: [BranchKey: (tip: ObjectID?, standing: BranchStanding)] = [:]
        for (stage, branch) in known {
            let tip = snapshot.refs["refs/heads/" + branch]
            // A branch that was pushed during this look has not drifted.
            let present = await core.ledger.snapshot
            guard let record = present.branches[key(branch)], record == state.branches[key(branch)],
                !isPushing(key(branch), state), !isPushing(key(branch), present)
            else { continue }
            let standing = try await watch.standing(of: tip, known: record)
            defer { standings[key(branch)] = (tip, standing) }
            let files = Self.editedFiles(of: stage, branch: branch)
            let other = try await watch.secondWriter(standing, of: files, since: record.head, at: tip)
            let objection = other?.objection(branch: branch, stage: stage.key)
            guard record == (await core.ledger.snapshot.branches[key(branch)]) else { continue }
            if standing != .asLeft { core.branches.distrust(key(branch)) }
            guard standing.drift != record.drift || objection != nil else { continue }
            try await core.note(standing, of: key(branch), objection: objection, stage: stage.key)
        }
        for (key, found) in standings {
            try await FreightWatch(core: core, remote: remote, branch: key).check(at: found.tip, found.standing)
        }
    }

    private func isPushing(_ key: BranchKey, _ state: PipelineState) -> Bool {
        state.intents.values.contains { intent in intent.branches.contains { $0.branch == key.branch } }
    }

    private static func editedFiles(of stage: Stage, branch: String) -> [String] {
        stage.editedFolders.filter { $0.branch == branch }.flatMap { Kustomizations.files(in: $0.folder) }
            + stage.footprints.filter { $0.branch == branch }.flatMap(\.editedPlaces)
    }

    private func targets(of stages: [Stage]) -> [(Target, [Written])] {
        var targets: [Target: [Written]] = [:]
        for stage in stages {
            for written in core.written(by: stage) {
                let target = Target(
                    project: stage.key.project,
                    repoURL: written.repoURL,
                    insecureSkipTLSVerify: written.insecureSkipTLSVerify
                )
                targets[target, default: []].append((stage, written.branch))
            }
        }
        return targets.sorted { ($0.key.project, $0.key.repoURL) < ($1.key.project, $1.key.repoURL) }
            .map { ($0.key, $0.value) }
    }

    private func remote(of target: Target) throws -> any GitRemote {
        try core.ports.remotes.remote(
            target.repoURL,
            project: target.project,
            insecureSkipTLSVerify: target.insecureSkipTLSVerify
        )
    }
}
