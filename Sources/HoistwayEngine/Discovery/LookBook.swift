import HoistwayModel
import HoistwayPorts
import Synchronization

/// The result of the last look at each warehouse, and when the next one is.
///
/// In memory: a start looks at everything anyway.
final class LookBook: Sendable {
    /// One warehouse.
    struct Entry: Sendable, Equatable {
        /// When the last look ended; `nil`: no look has ended yet.
        var endedAt: Timestamp?
        /// One line for each subscription that could not be looked at, or only partly.
        var failures: [String] = []
        /// The same as values, for failures that were thrown.
        var problems: [FailureRecord] = []
        /// One line for each tag that was skipped.
        var skipped: [String] = []
        /// `nil`: as soon as there is room.
        var next: Timestamp?
        /// Failed looks in a row.
        var attempts = 0
        /// Whether a registry or a remote has named the pause before the next look.
        var hasServerPause = false
    }

    private let entries = Mutex<[WarehouseKey: Entry]>([:])
    /// Looks at single subscriptions that run on after the rest of their warehouse is decided, with their start.
    private let hanging = Mutex<[SubscriptionKey: Timestamp]>([:])

    /// Notifies when looks were requested before their time.
    let asked = Signal()
    /// Notifies on such requests, and when a look has ended: another may begin.
    let turns = Signal()

    subscript(warehouse: WarehouseKey) -> Entry? { entries.withLock { $0[warehouse] } }

    /// Records the result of a look; returns the former entry.
    func note(_ entry: Entry, of warehouse: WarehouseKey) -> Entry? {
        entries.withLock { entries in
            let before = entries[warehouse]
            entries[warehouse] = entry
            return before
        }
    }

    // MARK: Looks that take long

    func hang(_ keys: [SubscriptionKey], since begin: Timestamp) {
        hanging.withLock { hanging in
            for key in keys { hanging[key] = begin }
        }
    }

    /// The look has ended, or will never end: its result replaces the line that says that it is running.
    func endHanging(_ keys: [SubscriptionKey], failures: [String] = []) {
        let lines = hanging.withLock { hanging in
            keys.compactMap { key in hanging.removeValue(forKey: key).map { (key, Self.line(on: key, since: $0)) } }
        }
        entries.withLock { entries in
            for (key, line) in lines { entries[key.warehouse]?.failures.removeAll { $0 == line } }
            guard let warehouse = keys.first?.warehouse else { return }
            entries[warehouse]?.failures += failures
        }
    }

    /// The warehouse without the subscriptions whose last look is still running.
    func free(of warehouse: Warehouse) -> Warehouse {
        let hanging = hanging.withLock { $0 }
        guard !hanging.isEmpty else { return warehouse }
        var free = warehouse
        free.subscriptions.removeAll {
            hanging[SubscriptionKey(warehouse: warehouse.key, subscription: $0.id)] != nil
        }
        return free
    }

    /// One line for each subscription whose look is still running.
    func linesOnHanging(of warehouse: WarehouseKey) -> [String] {
        hanging.withLock { $0 }.filter { $0.key.warehouse == warehouse }.map(Self.line).sorted()
    }

    private static func line(on key: SubscriptionKey, since begin: Timestamp) -> String {
        "\(key.subscription): the look that began at \(begin.rfc3339) has not ended yet; the others go on without it"
    }

    // MARK: Order

    /// The warehouse that has waited longest comes first: slow ones must not take all turns.
    func inOrder(_ warehouses: [Warehouse]) -> [Warehouse] {
        let entries = entries.withLock { $0 }
        return warehouses.map { warehouse in
            (entries[warehouse.key]?.next?.microseconds ?? .min, warehouse.key.description, warehouse)
        }
        .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        .map(\.2)
    }

    /// Repeats failed looks as soon as there is room, except where a server has named a pause: logins and addresses may
    /// have changed.
    func retryFailing() {
        entries.withLock { entries in
            entries = entries.mapValues { entry in
                guard !entry.failures.isEmpty, !entry.hasServerPause else { return entry }
                var due = entry
                due.next = nil
                due.attempts = 0
                return due
            }
        }
    }

    /// Lets looks at these warehouses begin as soon as there is room.
    func makeDue(_ warehouses: [WarehouseKey]) {
        guard !warehouses.isEmpty else { return }
        entries.withLock { entries in
            for key in warehouses { entries[key]?.next = nil }
        }
        asked.notify()
        turns.notify()
    }

    /// Forgets warehouses that are no longer configured.
    func keepOnly(_ warehouses: Set<WarehouseKey>) {
        entries.withLock { entries in entries = entries.filter { warehouses.contains($0.key) } }
    }

    /// Warehouses whose last look failed.
    var failing: [WarehouseKey] {
        entries.withLock { $0.filter { !$0.value.failures.isEmpty }.keys.sorted { $0.description < $1.description } }
    }
}
