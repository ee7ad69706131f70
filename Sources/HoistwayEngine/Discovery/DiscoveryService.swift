import HoistwayModel
import HoistwayPorts
import Logging

/// Looks at every warehouse at the start and at its interval: events can be lost, and this finds what they told.
struct DiscoveryService: Sendable {
    let core: EngineCore

    func run() async {
        await withDiscardingTaskGroup { group in
            let room = LookRoom()
            while !Task.isCancelled {
                let now = core.ports.clock.now()
                let warehouses = core.configuration.pipelines.projects.values.flatMap { $0.warehouses.values }
                for warehouse in core.looks.inOrder(warehouses) where isDue(warehouse, now: now) {
                    guard room.begin(warehouse) else { continue }
                    group.addTask {
                        await check(at: warehouse)
                        room.end(warehouse.key)
                    }
                }
                let first = warehouses.map { core.looks[$0.key]?.next ?? now }.min() ?? now + .seconds(60)
                // Cancelled: the loop ends at its head. A minute at most, so that a reload is seen.
                try? await core.ports.clock.sleep(
                    for: min(max(first - core.ports.clock.now(), .seconds(1)), .seconds(60))
                )
            }
        }
    }

    private func isDue(_ warehouse: Warehouse, now: Timestamp) -> Bool {
        let longest = max(NextLook.interval(of: warehouse), NextLook.longestPause)
        return NextTry.isDue(core.looks[warehouse.key]?.next, within: longest, now: now)
    }

    private func check(at warehouse: Warehouse) async {
        do {
            try await core.discover(warehouse, cause: "discovery")
        } catch {
            guard !Task.isCancelled else { return }
            // What the outside did is noted with the look; this is ours.
            core.report(error, "what a look at a warehouse found could not be stored")
        }
    }
}

extension EngineCore {
    /// What a look came to.
    struct Look: Sendable {
        /// One line for each decision.
        var trace: [String]
        /// One for each subscription that could not be looked at, or not wholly.
        var failures: [String]
    }

    /// One look at all that a warehouse subscribes to, decided in one transaction.
    ///
    /// A subscription that cannot be looked at holds up no other. Throws only where the result cannot be stored.
    @discardableResult
    func discover(_ warehouse: Warehouse, cause: String) async throws -> Look {
        let found = await observations(of: warehouse)
        guard !Task.isCancelled else { throw CancellationError() }
        let pipelines = configuration.pipelines
        do {
            let trace = try await transact { transaction, core in
                let now = core.ports.clock.now()
                let intake = Intake(pipelines: pipelines, now: now, answers: [:], sha1: core.ports.sha1)
                let result = intake.decide(
                    found.observations,
                    of: warehouse,
                    on: transaction.state,
                    cause: cause,
                    matcher: core.ports.matcher
                )
                transaction.put(result.changes)
                return result.trace
            }
            return Look(trace: trace, failures: note(found, of: warehouse))
        } catch {
            var failed = found
            failed.failures.append((warehouse.key.description, error))
            _ = note(failed, of: warehouse)
            throw error
        }
    }

    /// What was found, and what failed, by subscription.
    struct Found: Sendable {
        var observations: [Observation] = []
        var failures: [(subscription: String, error: any Error)] = []
    }

    private func observations(of warehouse: Warehouse) async -> Found {
        let discoverer = Discoverer(
            ports: ports,
            present: { await self.ledger.snapshot },
            knownCommits: knownCommits
        )
        return await withTaskGroup(of: (Int, Result<Observation?, any Error>).self) { group in
            for (index, subscription) in warehouse.subscriptions.enumerated() {
                group.addTask {
                    do {
                        return (index, .success(try await discoverer.check(at: subscription, of: warehouse.key)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var results: [(Int, Result<Observation?, any Error>)] = []
            for await result in group { results.append(result) }
            var found = Found()
            for (index, result) in results.sorted(by: { $0.0 < $1.0 }) {
                switch result {
                case .success(let observation): if let observation { found.observations.append(observation) }
                case .failure(let error): found.failures.append((warehouse.subscriptions[index].id, error))
                }
            }
            return found
        }
    }

    /// Keeps what a look came to, counts it, and logs it where it is another outcome than that of the look before.
    private func note(_ found: Found, of warehouse: Warehouse) -> [String] {
        let now = ports.clock.now()
        let partly = found.observations.compactMap { observation in
            observation.failure.map { "\(observation.subscription.subscription): \($0)" }
        }
        let failures = found.failures.map { "\($0.subscription): \(message(of: $0.error))" } + partly
        let retries =
            found.failures.map { ($0.error as? any Diagnosable)?.retry ?? .backoff } + partly.map { _ in .backoff }
        let isTry = retries.contains { if case .unasked = $0 { false } else { true } }
        let attempts = failures.isEmpty ? 0 : (looks[warehouse.key]?.attempts ?? 0) + (isTry ? 1 : 0)
        let pause = NextLook.pause(
            after: retries,
            backoff: Backoff.pause(attempt: max(attempts, 1), retry: .backoff, random: ports.random),
            interval: NextLook.interval(of: warehouse)
        )
        let entry = LookBook.Entry(
            endedAt: now,
            failures: failures,
            skipped: found.observations.flatMap { observation in
                observation.skipped.map { "\(observation.subscription.subscription): \($0)" }
            },
            next: now + pause,
            attempts: attempts,
            isToldToWait: retries.contains { if case .after = $0 { true } else { false } }
        )
        let before = looks.note(entry, of: warehouse.key)
        for failure in found.failures { metrics.outsideFailed(failure.error) }
        metrics.looked(at: warehouse.key, isFailed: !failures.isEmpty, configuration: configuration)
        tell(entry, after: before, of: warehouse.key, kind: found.failures.first.map { FailureKind(of: $0.error) })
        return failures
    }

    private func tell(_ entry: LookBook.Entry, after before: LookBook.Entry?, of key: WarehouseKey, kind: FailureKind?)
    {
        var fields: [LogKey: String] = [.warehouse: key.description, .nextTry: entry.next?.rfc3339 ?? ""]
        if entry.failures != before?.failures ?? [] {
            if entry.failures.isEmpty {
                log.info("a warehouse can be looked at again", metadata: .of(fields))
            } else {
                fields[.error] = entry.failures.joined(separator: "; ")
                fields[.errorKind] = (kind ?? .other).rawValue
                log.warning("a warehouse could not be looked at", metadata: .of(fields))
            }
        }
        let new = Set(entry.skipped).subtracting(before?.skipped ?? [])
        for line in entry.skipped where new.contains(line) {
            log.info(
                "a tag was skipped at a look",
                metadata: .of([.warehouse: key.description, .reason: line])
            )
        }
    }
}
