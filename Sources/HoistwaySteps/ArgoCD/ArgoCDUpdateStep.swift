import HoistwayModel
import HoistwayPorts

/// `argocd-update`: changes sources of Applications, starts their syncs, and waits for the end of these.
///
/// All Applications of all entries are found, authorised and matched before the first is written. Each write requires
/// the version that was checked, and carries the promotion's name: after a crash this marker shows what was done.
struct ArgoCDUpdateStep: ClusterStep {
    static let schema = ArgoCDSchemas.update

    /// How often a write is tried again after somebody else has changed the Application.
    private static let maxConflicts = 5

    private let template: StepTemplate
    private let config: StepConfiguration

    init(_ template: StepTemplate) {
        self.template = template
        config = StepConfiguration(passed: template.config)
    }

    // MARK: One pass

    func run(_ pass: ClusterPass) async throws(StepFailure) -> LookingPass {
        var targets = try await targets(pass)
        var starts = SyncStarts(pass.context.memory)
        var waits: [(key: ApplicationKey, why: String)] = []
        for index in targets.indices {
            let before = starts.memory
            let rest: Rest?
            do throws(StepFailure) {
                rest = try await advance(&targets[index], pass, &starts)
            } catch  where before != pass.context.memory && error.retry != .never {
                // The syncs that this pass has started must be kept in the memory.
                waits.append((targets[index].application.key, error.message))
                continue
            }
            guard let why = rest else { continue }
            switch why {
            case .write: return .wantsToWrite()
            case .wait(let text): waits.append((targets[index].application.key, text))
            }
        }
        let all = targets.map(\.application.key)
        guard waits.isEmpty else {
            let until = waits.compactMap { starts.next($0.key) }.filter { next in
                pass.context.clock.map { next > $0.now() } ?? false
            }
            var outcome = pass.waiting(waits, of: all.count, memory: starts.memory, until: until.min())
            outcome.output = Self.output(all)
            return .outcome(outcome)
        }
        var outcome = StepOutcome(.succeeded, output: Self.output(all), message: Self.success(targets))
        outcome.applications = targets.map { $0.check(pass) }
        return .outcome(outcome)
    }

    private enum Rest {
        /// The pass ends here: the intent must be stored first.
        case write
        case wait(String)
    }

    /// `nil`: the Application has the state that the step wants.
    private func advance(
        _ target: inout UpdateTarget,
        _ pass: ClusterPass,
        _ starts: inout SyncStarts
    ) async throws(StepFailure) -> Rest? {
        for _ in 0..<Self.maxConflicts {
            switch try await next(target, pass, starts) {
            case .done: return nil
            case .wait(let text): return .wait(text)
            case .start:
                guard pass.mayWrite else { return .write }
                let update = ApplicationUpdate(
                    of: pass.context.promotion,
                    step: template.alias,
                    changes: target.matching.changes,
                    to: target.application
                )
                do throws(ArgoCDFailure) {
                    target.application = try await pass.cluster.start(update, of: target.application)
                } catch .conflict {
                    target = try await again(target, pass, starts)
                    continue
                } catch {
                    throw .argocd(error)
                }
                starts.note(target.application.key, at: pass.context.clock?.now())
                return .wait("its sync has been asked for")
            }
        }
        throw .argocd(.conflict("the Application \(target.application.key)"))
    }

    private enum Next {
        case start
        case wait(String)
        case done
    }

    private func next(
        _ target: UpdateTarget,
        _ pass: ClusterPass,
        _ starts: SyncStarts
    ) async throws(StepFailure) -> Next {
        let application = target.application
        let decision = ApplicationDecision.of(
            application,
            promotion: pass.context.promotion.id,
            step: template.alias,
            knows: pass.access.knows
        )
        switch decision {
        case .start: return paced(target, pass, starts)
        case .wait(let text): return .wait(await SyncBlocker(pass).explained(text, application))
        case .failed(let words):
            throw .unmet(
                "the sync of the Application \(application.key) has failed: \(ArgoCDText.line(words))",
                hint: nil
            )
        case .synced(let revisions):
            guard let problem = await shortfall(of: revisions, target, pass) else { return .done }
            switch problem {
            case .unknown(let text): return .wait(text)
            case .wrong(let text):
                // Without a pause, the syncs would never end where the source follows another branch.
                if case .wait(let pause) = paced(target, pass, starts) { return .wait("\(text); \(pause)") }
                return .start
            }
        }
    }

    /// Delays a sync that this promotion has started before.
    private func paced(_ target: UpdateTarget, _ pass: ClusterPass, _ starts: SyncStarts) -> Next {
        guard let now = pass.context.clock?.now(), let next = starts.next(target.application.key), next > now else {
            return .start
        }
        return .wait("it is synchronised again at \(next.rfc3339)")
    }

    private enum Shortfall {
        case wrong(String)
        case unknown(String)
    }

    /// Why the synchronised revisions are not the desired ones; `nil`: they are.
    private func shortfall(
        of revisions: [String],
        _ target: UpdateTarget,
        _ pass: ClusterPass
    ) async -> Shortfall? {
        let desired = target.matching.desiredRevisions
        guard desired.contains(where: { !$0.isEmpty }) else { return nil }
        guard revisions.count == desired.count else {
            return .wrong(
                "it was synchronised with \(Listing.count(revisions.count, "revision")), and has "
                    + Listing.count(desired.count, "source")
            )
        }
        for (index, wanted) in desired.enumerated() where !wanted.isEmpty {
            let live = revisions[index]
            switch await pass.access.contains(wanted, live, target.application.sources[index]) {
            case .contained: continue
            case .absent:
                return .wrong("it was synchronised to \(Self.short(live)), which has not \(Self.short(wanted))")
            case .unknown(let why):
                return .unknown(
                    "it was synchronised to \(Self.short(live)), and whether that has \(Self.short(wanted)) is not known: "
                        + why
                )
            }
        }
        return nil
    }

    /// Commits in seven digits, other revisions unchanged.
    private static func short(_ revision: String) -> String {
        ObjectID(revision)?.short ?? (revision.isEmpty ? "no revision" : ShownText.bare(revision))
    }

    // MARK: Which Applications

    /// All of them, authorised and matched; each once, in the order in which entries name them.
    private func targets(_ pass: ClusterPass) async throws(StepFailure) -> [UpdateTarget] {
        let reader = SourceUpdateReader(
            pass.context,
            isLenient: template.isOfMechanisms ?? false,
            outermost: config.origin
        )
        var targets: [UpdateTarget] = []
        for entry in config.items("apps") {
            let choice = ApplicationChoice(entry)
            let updates = try reader.updates(of: entry)
            for application in try await authorized(choice, pass) {
                if let index = targets.firstIndex(where: { $0.application.key == application.key }) {
                    targets[index].updates += updates
                } else {
                    targets.append(UpdateTarget(application: application, updates: updates))
                }
            }
        }
        for target in targets { try target.check(SyncStarts(pass.context.memory)) }
        return targets
    }

    private func authorized(
        _ choice: ApplicationChoice,
        _ pass: ClusterPass
    ) async throws(StepFailure) -> [Application] {
        var authorized: [Application] = []
        var first: StepFailure?
        for application in try await choice.find(pass) {
            if let refusal = Self.refusal(of: application, pass, SyncStarts(pass.context.memory)) {
                guard choice.isSelector else { throw refusal }
                first = first ?? refusal
            } else {
                authorized.append(application)
            }
        }
        guard authorized.isEmpty, let first else { return authorized }
        throw first
    }

    private static func refusal(
        of application: Application,
        _ pass: ClusterPass,
        _ starts: SyncStarts
    ) -> StepFailure? {
        let stage = pass.context.stage
        guard
            case .refused(let reason, let hint) = ApplicationAuthorization.of(
                application,
                for: stage,
                pass.access.options
            )
        else { return nil }
        return .unmet(
            "the Application \(application.key) does not authorise the stage \(stage.project):\(stage.name): \(reason)"
                + starts.untouched,
            hint: hint
        )
    }

    /// The same Application as it is now, checked again.
    private func again(
        _ target: UpdateTarget,
        _ pass: ClusterPass,
        _ starts: SyncStarts
    ) async throws(StepFailure) -> UpdateTarget {
        let key = target.application.key
        let found = try await inCluster { () throws(ArgoCDFailure) in try await pass.cluster.application(key) }
        guard let found else { throw .unmet("the Application \(key) was deleted", hint: nil) }
        if let refusal = Self.refusal(of: found, pass, starts) { throw refusal }
        let fresh = UpdateTarget(application: found, updates: target.updates)
        try fresh.check(starts)
        return fresh
    }

    // MARK: Words

    func preview(_ pass: ClusterPass) async throws(StepFailure) -> String {
        let targets = try await targets(pass)
        let texts = targets.map { target in
            let changes = target.matching.changes.map {
                let source = target.application.sources[$0.index]
                return "\(URLText.withoutUser(source.repoURL)): \($0.text(beside: source))"
            }
            return "\(target.application.key)" + (changes.isEmpty ? "" : " (\(changes.joined(separator: "; ")))")
        }
        return "would synchronise \(texts.count == 1 ? "the Application" : "the Applications") "
            + Listing.text(texts, limit: 10)
    }

    func traces(_ pass: ClusterPass) async throws(StepFailure) -> String {
        var traces: [ApplicationKey: OperationTrace] = [:]
        for entry in config.items("apps") {
            for application in try await ApplicationChoice(entry).find(pass) {
                traces[application.key] = OperationTrace(
                    on: application,
                    promotion: pass.context.promotion.id,
                    step: template.alias,
                    since: pass.context.promotion.record(of: template)?.startedAt
                )
            }
        }
        return OperationTrace.text(of: traces)
    }

    private static func output(_ keys: [ApplicationKey]) -> [String: ConfigValue] {
        ["apps": .list(keys.map { .map(["name": .string($0.name), "namespace": .string($0.namespace)]) })]
    }

    private static func success(_ targets: [UpdateTarget]) -> String {
        let names = targets.map { target in
            let revisions = target.application.status.operation?.syncedRevisions ?? []
            let shown = revisions.filter { !$0.isEmpty }.map(short)
            return "\(target.application.key)" + (shown.isEmpty ? "" : " at \(Listing.text(shown))")
        }
        return "synchronised \(Listing.text(names))"
    }
}

/// An Application with the changes that the step wants.
struct UpdateTarget: Sendable {
    var application: Application
    var updates: [SourceUpdate]

    var matching: SourceMatching { SourceMatching(updates, on: application.sources) }

    func check(_ starts: SyncStarts) throws(StepFailure) {
        if application.hasHydrator, !matching.changes.isEmpty {
            throw .unmet(
                "the Application \(application.key) has a sourceHydrator, which makes its source: it cannot be changed"
                    + starts.untouched,
                hint: "change what is hydrated, or only synchronise the Application"
            )
        }
        guard let missing = matching.unmatched.first else { return }
        let sources = application.sources.map { source in
            URLText.withoutUser(source.repoURL) + (source.chart.isEmpty ? "" : " (chart \(source.chart))")
        }
        throw .unmet(
            "the Application \(application.key) has no source \(missing.name); it has "
                + "\(Listing.text(sources.map(ShownText.bare)))" + starts.untouched,
            hint: nil
        )
    }

    /// The check that the stage's health depends on from now on.
    func check(_ pass: ClusterPass) -> ApplicationCheck {
        ApplicationCheck(
            address: pass.address(application.key),
            desiredRevisions: matching.desiredRevisions,
            repositories: application.sources.map { URLText.withoutUser($0.repoURL) }
        )
    }
}

extension ApplicationUpdate.SourceChange {
    /// For people: only the changes; existing parameters may hold values that readers must not see.
    fileprivate func text(beside source: ApplicationSource) -> String {
        var parts: [String] = []
        if let targetRevision { parts.append("targetRevision \(ShownText.bare(targetRevision))") }
        if let kustomizeImages { parts.append("images \(Listing.text(kustomizeImages.map(ShownText.bare)))") }
        let changed = (helmParameters ?? []).filter { !(source.helmParameters ?? []).contains($0) }
        if !changed.isEmpty {
            parts.append("parameters \(Listing.text(changed.map { ShownText.bare("\($0.name)=\($0.value)") }))")
        }
        return parts.joined(separator: ", ")
    }
}

/// The syncs that a promotion has started, and when each may start again: after 10 s, 20 s, 40 s … 5 min.
struct SyncStarts: Sendable {
    private struct Start {
        var count: Int
        var at: Timestamp
    }

    private var starts: [String: Start] = [:]

    init(_ memory: ConfigValue?) {
        for (key, value) in memory?.map ?? [:] {
            guard case .number(let count)? = value["starts"], case .number(let second)? = value["at"] else { continue }
            starts[key] = Start(count: Int(count), at: Timestamp(seconds: Int64(second)))
        }
    }

    mutating func note(_ key: ApplicationKey, at now: Timestamp?) {
        guard let now else { return }
        starts[key.description] = Start(count: (starts[key.description]?.count ?? 0) + 1, at: now)
    }

    /// `nil`: no sync was started.
    func next(_ key: ApplicationKey) -> Timestamp? {
        starts[key.description].map { $0.at + .seconds(min(10 * (1 << min($0.count - 1, 5)), 300)) }
    }

    /// For the end of a refusal: a step that has started a sync has changed something.
    var untouched: String { starts.isEmpty ? "; nothing was changed by this step" : "" }

    var memory: ConfigValue? {
        guard !starts.isEmpty else { return nil }
        return .map(
            starts.mapValues { .map(["starts": .number(Double($0.count)), "at": .number(Double($0.at.seconds))]) }
        )
    }
}
