import HoistwayModel
import HoistwayPorts

/// Keeps the health of stages up to date, and verifies freight in those that have become healthy.
///
/// A change of an Application leads to a look at the stages that it concerns. All stages are looked at every few
/// minutes, after a configuration change, and at the start. A stage is also looked at when a promotion to it has ended.
struct HealthService: Sendable {
    static let interval: Duration = .seconds(300)
    /// The time between two checks of the watches' state.
    static let standingInterval: Duration = .seconds(15)
    /// The pause before a look is repeated if its result could not be stored.
    static let storePause: Duration = .seconds(5)

    let core: EngineCore
    private let look: HealthLook

    init(core: EngineCore, histories: RevisionHistories? = nil) {
        self.core = core
        look = HealthLook(
            core: core,
            histories: histories ?? { question, project in await core.standing(of: question, project: project) }
        )
    }

    private var book: HealthBook { core.health }

    func run() async {
        // Before the first look: no later change is missed.
        let changes = core.ports.argocd?.applications.changes()
        await withDiscardingTaskGroup { group in
            group.addTask { await followWatch(changes) }
            group.addTask { await followStandings() }
            group.addTask { await lookAtAll() }
            while !Task.isCancelled {
                let seen = book.news.count
                for lane in await lookNow() { group.addTask { await work(on: lane) } }
                let pause = book.nextWake.map { max(.milliseconds(10), $0 - core.ports.clock.now()) }
                await book.news.wait(since: seen, atMost: pause, by: core.ports.clock)
            }
        }
    }

    /// Looks until nothing is due; returns whether anything was due.
    @discardableResult
    func drain() async -> Bool {
        var wasDue = false
        while !Task.isCancelled {
            let due = await dueStages()
            guard !due.isEmpty else { return wasDue }
            wasDue = true
            for lane in await lookNow(at: due) { await work(on: lane) }
        }
        return wasDue
    }

    private func dueStages() async -> Set<StageKey> {
        let known = await core.ledger.snapshot.health.keys
        return book.takeDue(at: core.ports.clock.now()) {
            Set(core.configuration.pipelines.stagesInOrder.map(\.key)).union(known)
        }
    }

    private func lookNow() async -> [HealthBook.Lane] { await lookNow(at: await dueStages()) }

    /// Looks at stages by the watches; returns the lanes with looks that must ask a cluster or a repository.
    private func lookNow(at stages: Set<StageKey>) async -> [HealthBook.Lane] {
        guard !stages.isEmpty else { return [] }
        do {
            let asking = try await look.byWatch(at: stages)
            return asking.compactMap { book.enqueue($0.stage, on: $0.lane) ? $0.lane : nil }
        } catch {
            guard !Task.isCancelled else { return [] }
            core.report(error, "the health of stages cannot be stored; it is looked at again")
            let next = core.ports.clock.now() + Self.storePause
            for stage in stages { book.wake(stage, at: next) }
            return []
        }
    }

    private func work(on lane: HealthBook.Lane) async {
        while let stage = book.next(on: lane) {
            if !Task.isCancelled {
                do {
                    try await look.byAsking(at: stage)
                } catch {
                    if !Task.isCancelled {
                        core.report(error, "the health of a stage cannot be stored; it is looked at again")
                        book.wake(stage, at: core.ports.clock.now() + Self.storePause)
                    }
                }
            }
            book.finished(stage)
        }
    }

    // MARK: Causes of looks

    private func followWatch(_ changes: AsyncStream<ApplicationNews>?) async {
        guard let changes else { return }
        for await news in changes {
            switch news {
            case .changed(let address): book.tell(address)
            case .all(let cluster): book.tell(cluster: cluster)
            }
        }
    }

    /// A watch that breaks, or runs again, changes what is known about all its Applications.
    private func followStandings() async {
        guard let watch = core.ports.argocd?.applications else { return }
        var known: [String: ApplicationWatchStanding] = [:]
        while !Task.isCancelled {
            for cluster in book.clusters {
                let standing = watch.standing(of: cluster)
                if known.updateValue(standing, forKey: cluster) != standing { book.tell(cluster: cluster) }
            }
            // If cancelled, the loop ends at its condition.
            try? await core.ports.clock.sleep(for: Self.standingInterval)
        }
    }

    private func lookAtAll() async {
        while !Task.isCancelled {
            // If cancelled, the loop ends at its condition.
            try? await core.ports.clock.sleep(for: Self.interval)
            book.tellAll()
        }
    }
}
