import HoistwayModel
import HoistwayPorts

/// Looks, slowly, at the pull requests that promotions wait for: the back-up of webhooks.
///
/// One request for a repository shows which of its pull requests have changed since their promotions looked at them.
/// Only those promotions are woken, and ask the host themselves.
struct PullRequestPollService: Sendable {
    /// How many pull requests one look requests.
    static let limit = 100
    /// The pause between two searches for due repositories.
    static let tick: Duration = .seconds(5)

    let core: EngineCore

    func run() async {
        while !Task.isCancelled {
            let seen = core.ledger.lanesChanged.count
            // While no promotion waits for a pull request, there is nothing to do until a promotion changes.
            if await !poll() { await core.ledger.lanesChanged.wait(since: seen) }
            try? await core.ports.clock.sleep(for: Self.tick)  // If cancelled, the loop ends.
        }
    }

    private struct Waiter {
        var id: PromotionID
        var wait: PullRequestWait
    }

    /// Looks at every repository that is due, within the request limit of its host.
    ///
    /// - Returns: whether any promotion waits for a pull request.
    @discardableResult
    func poll() async -> Bool {
        let now = core.ports.clock.now()
        var groups: [PollBook.Group: [Waiter]] = [:]
        for record in await core.ledger.snapshot.openPromotions {
            guard let wait = record.awaitedPullRequest else { continue }
            groups[PollBook.Group(wait, project: record.stage.project), default: []].append(
                Waiter(id: record.id, wait: wait)
            )
        }
        for group in core.polls.due(Set(groups.keys), now: now, random: core.ports.random) {
            guard !Task.isCancelled, let waiters = groups[group]?.sorted(by: { $0.id < $1.id }) else { continue }
            let place = ForgePlace(waiters[0].wait.repository, project: group.project)
            guard core.polls.mayAsk(place, now: now) else { continue }
            await look(at: group, waiters, place, now: now)
        }
        return !groups.isEmpty
    }

    private func look(
        at group: PollBook.Group,
        _ waiters: [Waiter],
        _ place: ForgePlace,
        now: Timestamp
    ) async {
        let wait = waiters[0].wait
        do throws(ForgeFailure) {
            guard let forges = core.ports.forges else { return }
            let latest = try await forges.forge(
                wait.repository,
                provider: wait.provider,
                project: group.project,
                insecureSkipTLSVerify: wait.insecureSkipTLSVerify
            ).latest(Self.limit)
            let least = waiters.compactMap(\.wait.pollSeconds).min() ?? 0
            core.polls.looked(at: group, now: now, least: .seconds(least), random: core.ports.random)
            let news = LatestPullRequests(latest)
            var woken: [PromotionID] = []
            var isComplete = true
            let known = core.polls.known(group)
            for waiter in waiters {
                let since = [known, waiter.wait.lookedAt].compactMap(\.self).max()
                switch news.verdict(on: waiter.wait, known: since) {
                case .same: continue
                case .changed: woken.append(waiter.id)
                case .unknown:
                    isComplete = false
                    if core.polls.mayAsk(place, now: now) { woken.append(waiter.id) }
                }
            }
            if isComplete { core.polls.know(group, until: now) }
            await wake(woken)
        } catch {
            core.metrics.outsideFailed(error)
            var pause: Duration?
            if case .limited(_, let named) = error { pause = named }
            core.polls.failed(at: group, now: now, pause: pause, random: core.ports.random)
            // The repository is deleted, or access is forbidden: the promotions are woken one after the other, and
            // report it.
            if error.retry == .few || error.retry == .never, core.polls.mayAsk(place, now: now) {
                await wake([waiters[0].id])
            }
        }
    }

    private func wake(_ ids: [PromotionID]) async {
        guard !ids.isEmpty else { return }
        do {
            try await core.transact { transaction, _ in
                for id in ids {
                    guard var record = transaction.state.openPromotion(id),
                        record.nextTry != nil, record.trouble == nil
                    else { continue }
                    record.nextTry = nil
                    transaction.put(.putPromotion(record))
                }
            }
        } catch {
            core.report(error, "promotions that wait for pull requests cannot be woken")
        }
    }

    /// Waits of a former run whose look is overdue: the looks are spread over time.
    static func takeOver(_ core: EngineCore) async throws {
        let now = core.ports.clock.now()
        try await core.transact { transaction, _ in
            var index = 0
            for var record in transaction.state.openPromotions {
                guard record.awaitedPullRequest != nil, let next = record.nextTry,
                    next <= now
                else { continue }
                record.nextTry = now + .seconds(3600) / PollBook.perHour * index
                index += 1
                transaction.put(.putPromotion(record))
            }
        }
    }
}
