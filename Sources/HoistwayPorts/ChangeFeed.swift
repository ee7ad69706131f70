import Synchronization

/// A position in the stream of changes: the run of the program, and the number of changes it had published by then.
///
/// Written as `epoch-number`. Numbers of another epoch have no meaning: the program was started again, or its state was
/// restored.
package struct Revision: Sendable, Hashable {
    /// Random, new at each start.
    package var epoch: UInt64
    /// 0: before the first change.
    package var number: UInt64

    package init(epoch: UInt64, number: UInt64) {
        self.epoch = epoch
        self.number = number
    }

    /// `nil` for a text that ``description`` never writes.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 16, let epoch = UInt64(parts[0], radix: 16),
            let number = UInt64(parts[1])
        else { return nil }
        self.init(epoch: epoch, number: number)
        guard description == text else { return nil }
    }
}

extension Revision: CustomStringConvertible {
    package var description: String {
        let digits = String(epoch, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits + "-\(number)"
    }
}

/// An object whose view may have changed, or that was removed; it does not contain the change itself.
package struct ChangedObject: Sendable, Hashable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case stage
        case freight
        case promotion
        case warehouse
        case preview
        case delivery
        /// More changes in one project than are published one by one: load all of the project again.
        case project
        /// Pipelines, modes or names have changed: load everything again.
        case configuration
        /// Somebody changed something; only administrators of all projects see it.
        case audit
        /// Only administrators see it.
        case token
    }

    package var kind: Kind
    /// `nil`: the object belongs to no project, or to several.
    package var project: String?
    /// The id, or the name within the project; `nil`: any of them.
    package var name: String?
    /// For deliveries: decides who may see them; it is never sent out.
    package var receiver: String?

    package init(_ kind: Kind, project: String? = nil, name: String? = nil, receiver: String? = nil) {
        self.kind = kind
        self.project = project
        self.name = name
        self.receiver = receiver
    }
}

/// One entry of the stream.
package struct ChangeEvent: Sendable, Equatable {
    package var object: ChangedObject
    package var isRemoved: Bool
    package var number: UInt64
}

/// The newest changes, for all readers: one ring in which each reader has its own position.
///
/// A change is published after it is durable and visible. A reader takes ``revision`` *before* it reads the state, and
/// then follows the changes after it. So it misses no change, and may get some that it has already read. The feed never
/// waits for a reader: a reader that is more than the ring's length behind has to load everything again.
package final class ChangeFeed: Sendable {
    /// How many changes are kept.
    package static let capacity = 10_000

    /// Which changes affect a view, for the view's entity tag.
    package enum Scope: Sendable, Hashable {
        case project(String)
        case allProjects
        case deliveries
        case configuration
    }

    package enum Reading: Sendable, Equatable {
        /// The changes after the position, at most `limit`; empty: there are no new ones.
        case changes([ChangeEvent])
        /// The position belongs to another run, or is older than the oldest change that is kept.
        case lost
    }

    private struct State {
        /// Its places: see ``place(of:)``.
        var ring: [ChangeEvent] = []
        var number: UInt64 = 0
        var newest: [Scope: UInt64] = [:]
        var nextWaiter: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    package let epoch: UInt64
    private let length: Int
    private let state = Mutex(State())

    package init(epoch: UInt64 = .random(in: .min ... .max), capacity: Int = ChangeFeed.capacity) {
        precondition(capacity > 0, "a ring has room for at least one change")
        self.epoch = epoch
        length = capacity
    }

    /// The position after the last published change.
    package var revision: Revision { Revision(epoch: epoch, number: state.withLock(\.number)) }

    /// The number of the last change in the scope; 0: there was none.
    package func newest(_ scope: Scope) -> UInt64 { state.withLock { $0.newest[scope] ?? 0 } }

    package func tell(_ objects: [ChangedObject], removed: [ChangedObject] = []) {
        guard !objects.isEmpty || !removed.isEmpty else { return }
        let waiters = state.withLock { state in
            for object in objects { add(ChangeEvent(object: object, isRemoved: false, number: 0), to: &state) }
            for object in removed { add(ChangeEvent(object: object, isRemoved: true, number: 0), to: &state) }
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    private func add(_ event: ChangeEvent, to state: inout State) {
        var event = event
        state.number += 1
        event.number = state.number
        let place = place(of: state.number)
        if place == state.ring.count { state.ring.append(event) } else { state.ring[place] = event }
        switch event.object.kind {
        case .delivery: state.newest[.deliveries] = state.number
        case .configuration: state.newest[.configuration] = state.number
        case .audit, .token: break
        case .stage, .freight, .promotion, .warehouse, .preview, .project:
            state.newest[.allProjects] = state.number
            if let project = event.object.project { state.newest[.project(project)] = state.number }
        }
    }

    /// The place of a number in the ring; numbers begin at 1.
    private func place(of number: UInt64) -> Int { Int((number - 1) % UInt64(length)) }

    /// Reads the changes after `position`, in order.
    package func read(after position: Revision, limit: Int) -> Reading {
        state.withLock { state in
            guard position.epoch == epoch, position.number <= state.number else { return .lost }
            let missing = state.number - position.number
            guard missing <= UInt64(length) else { return .lost }
            let count = min(missing, UInt64(max(limit, 0)))
            guard count > 0 else { return .changes([]) }
            return .changes(
                (position.number + 1...position.number + count).map { state.ring[place(of: $0)] }
            )
        }
    }

    /// Returns once there is a change after `number`, or at cancellation.
    package func wait(beyond number: UInt64) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
                let isOver = state.withLock { state in
                    guard state.number <= number, !Task.isCancelled else { return true }
                    state.waiters[id] = waiter
                    return false
                }
                if isOver { waiter.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}
