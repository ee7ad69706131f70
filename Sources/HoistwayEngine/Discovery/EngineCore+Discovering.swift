import HoistwayModel
import HoistwayPorts
import Logging

extension EngineCore {
    /// The result of a look.
    struct Look: Sendable {
        /// One line for each decision.
        var trace: [String]
        /// One for each subscription that could not be looked at, or only partly.
        var failures: [String]
    }

    /// Looks once at everything that a warehouse subscribes to, and decides in one transaction.
    ///
    /// A subscription that cannot be looked at delays no other. One that takes longer than the others and
    /// `Discoverer.patience` does not either: results so far are decided then, and the rest when they come. While a
    /// look at a subscription is running, no other look at it begins. Throws only if a result cannot be stored.
    ///
    /// - Parameter whenParted: gets the subscriptions whose looks are still running when the others are decided; called
    ///   once at most.
    @discardableResult
    func discover(
        _ warehouse: Warehouse,
        cause: String,
        whenParted: @Sendable ([Subscription]) -> Void = { _ in }
    ) async throws -> Look {
        let begin = ports.clock.now()
        let subscriptions = looks.free(of: warehouse).subscriptions
        let discoverer = Discoverer(
            ports: ports,
            present: { await self.ledger.snapshot },
            commits: countedCommits
        )
        return try await withThrowingTaskGroup(of: Arrival.self) { group in
            for (index, subscription) in subscriptions.enumerated() {
                group.addTask {
                    do {
                        return .found(index, .success(try await discoverer.check(at: subscription, of: warehouse.key)))
                    } catch {
                        return .found(index, .failure(error))
                    }
                }
            }
            group.addTask { [clock = ports.clock] in
                // If cancelled, nobody waits for this any longer.
                try? await clock.sleep(for: Discoverer.patience)
                return .patienceEnds
            }
            defer { group.cancelAll() }
            var open = Set(subscriptions.indices)
            var hanging: [SubscriptionKey] = []
            defer { looks.endHanging(hanging) }
            var results: [(Int, Result<Observation?, any Error>)] = []
            var isPatient = true
            var look: Look?
            while !open.isEmpty {
                switch try await group.next() {
                case .found(let index, let result):
                    open.remove(index)
                    results.append((index, result))
                case .patienceEnds, nil: isPatient = false
                }
                guard !Task.isCancelled else { throw CancellationError() }
                guard open.isEmpty || (!isPatient && !results.isEmpty) else { continue }
                let found = Self.found(results, of: subscriptions)
                if var parted = look {
                    let ended = results.map { Self.key(subscriptions[$0.0], warehouse) }
                    hanging.removeAll { ended.contains($0) }
                    let late = try await decideLate(found, ended, of: warehouse, cause: cause)
                    parted.trace += late.trace
                    parted.failures += late.failures
                    look = parted
                } else {
                    let rest = open.sorted().map { subscriptions[$0] }
                    hanging = rest.map { Self.key($0, warehouse) }
                    looks.hang(hanging, since: begin)
                    look = try await decide(found, of: warehouse, cause: cause)
                    if !rest.isEmpty { whenParted(rest) }
                }
                results = []
            }
            if let look { return look }
            return try await decide(Found(), of: warehouse, cause: cause)
        }
    }

    /// Events during a look at a warehouse.
    private enum Arrival: Sendable {
        case found(Int, Result<Observation?, any Error>)
        case patienceEnds
    }

    /// What was found, and what failed, by subscription.
    struct Found: Sendable {
        var observations: [Observation] = []
        var failures: [(subscription: String, error: any Error)] = []
    }

    private static func key(_ subscription: Subscription, _ warehouse: Warehouse) -> SubscriptionKey {
        SubscriptionKey(warehouse: warehouse.key, subscription: subscription.id)
    }

    /// In the order of the subscriptions.
    private static func found(
        _ results: [(Int, Result<Observation?, any Error>)],
        of subscriptions: [Subscription]
    ) -> Found {
        var found = Found()
        for (index, result) in results.sorted(by: { $0.0 < $1.0 }) {
            switch result {
            case .success(let observation): if let observation { found.observations.append(observation) }
            case .failure(let error): found.failures.append((subscriptions[index].id, error))
            }
        }
        return found
    }

    private func decide(_ found: Found, of warehouse: Warehouse, cause: String) async throws -> Look {
        do {
            let trace = try await trace(of: found, of: warehouse, cause: cause)
            return Look(trace: trace, failures: note(found, of: warehouse))
        } catch {
            var failed = found
            failed.failures.append((warehouse.key.description, error))
            _ = note(failed, of: warehouse)
            throw error
        }
    }

    /// Decides results that came after the look at the other subscriptions was recorded.
    private func decideLate(
        _ found: Found,
        _ ended: [SubscriptionKey],
        of warehouse: Warehouse,
        cause: String
    ) async throws -> Look {
        let failures = Self.partly(found) + found.failures.map { "\($0.subscription): \(message(of: $0.error))" }
        looks.endHanging(ended, failures: failures)
        ledger.feed.tell(Set(ended.map(\.warehouse)).sorted { $0.name < $1.name }.map(ChangedObject.warehouse))
        for failure in found.failures { metrics.outsideFailed(failure.error) }
        if !failures.isEmpty {
            log.warning(
                "a warehouse could not be looked at",
                metadata: .of([.warehouse: warehouse.key.description, .error: failures.joined(separator: "; ")])
            )
        }
        return Look(trace: try await trace(of: found, of: warehouse, cause: cause), failures: failures)
    }

    private func trace(of found: Found, of warehouse: Warehouse, cause: String) async throws -> [String] {
        let pipelines = configuration.pipelines
        return try await transact { transaction, core in
            let now = core.ports.clock.now()
            let intake = Intake(
                pipelines: pipelines,
                now: now,
                answers: [:],
                criteria: core.expressions.criteria,
                sha1: core.ports.sha1
            )
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
    }

    private static func partly(_ found: Found) -> [String] {
        found.observations.compactMap { observation in
            observation.failure.map { "\(observation.subscription.subscription): \($0)" }
        }
    }

    /// Records the result of a look, counts it, and logs it if it differs from that of the look before.
    private func note(_ found: Found, of warehouse: Warehouse) -> [String] {
        let now = ports.clock.now()
        let partly = Self.partly(found)
        let ended = found.failures.map { "\($0.subscription): \(message(of: $0.error))" } + partly
        let failures = ended + looks.linesOnHanging(of: warehouse.key)
        let retries =
            found.failures.map { ($0.error as? any Diagnosable)?.retry ?? .backoff } + partly.map { _ in .backoff }
        let isTry = retries.contains(where: \.isTry)
        let attempts = ended.isEmpty ? 0 : (looks[warehouse.key]?.attempts ?? 0) + (isTry ? 1 : 0)
        let pause = NextLook.pause(
            after: retries,
            backoff: Backoff.pause(attempt: max(attempts, 1), retry: .backoff, random: ports.random),
            interval: NextLook.spread(NextLook.interval(of: warehouse), random: ports.random())
        )
        let entry = LookBook.Entry(
            endedAt: now,
            failures: failures,
            problems: found.failures.map { FailureRecord(of: $0.error, prefix: "\($0.subscription): ") },
            skipped: found.observations.flatMap { observation in
                observation.skipped.map { "\(observation.subscription.subscription): \($0)" }
            },
            next: now + pause,
            attempts: attempts,
            hasServerPause: retries.contains { if case .after = $0 { true } else { false } }
        )
        let before = looks.note(entry, of: warehouse.key)
        ledger.feed.tell([.warehouse(warehouse.key)])
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
                fields[.errorKind] = (kind ?? .other).label
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
