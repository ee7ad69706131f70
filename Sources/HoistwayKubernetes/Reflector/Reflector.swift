package import HoistwayModel
package import HoistwayPorts
import Synchronization

/// An event about the objects that a reflector follows.
package enum ReflectorEvent<Value: Decodable & Sendable>: Sendable {
    /// Found by a list: it is new, or has changed since its last event.
    case listed(ReadObject<Value>)
    case added(ReadObject<Value>)
    case modified(ReadObject<Value>)
    /// It is deleted, or no longer matches the selection; also sent where a list lacks it.
    case deleted(ObjectMetadata)
    /// All existing objects were reported; after a disconnection, the changes of the meantime follow.
    case synced
    /// From now on nothing is known for sure, until `synced` comes again.
    case disconnected(KubernetesFailure)
}

extension ReflectorEvent: Equatable where Value: Equatable {}

/// Whether the reported objects are the present state.
package struct ReflectorState: Sendable, Equatable {
    /// A watch is open, and its last sign of life is recent.
    package var isCurrent: Bool
    /// Since when the value is so.
    package var since: Timestamp
    /// Time of the server's last answer.
    package var lastContact: Timestamp?
    /// Why it is not current; `nil` before the first list too.
    package var failure: KubernetesFailure?
    /// Number of known objects.
    package var count = 0
    /// Number of complete lists.
    package var lists = 0
}

/// Follows the objects of one kind: lists them, then watches their changes, for as long as it runs.
///
/// It keeps the key, the uid and the version of each object; the handler owns the contents. Reading waits for the
/// handler: even with a slow handler, nothing gathers here.
package final class Reflector<Value: Decodable & Sendable>: Sendable {
    private let client: KubernetesClient
    private let resource: KubernetesResource
    private let selection: ObjectSelection
    private let clock: any WallClock
    private let options: ReflectorOptions
    private let shared: Mutex<ReflectorState>

    package init(
        _ client: KubernetesClient,
        _ resource: KubernetesResource,
        _ selection: ObjectSelection,
        as type: Value.Type,
        clock: any WallClock,
        options: ReflectorOptions = ReflectorOptions()
    ) {
        self.client = client
        self.resource = resource
        self.selection = selection
        self.clock = clock
        self.options = options
        shared = Mutex(ReflectorState(isCurrent: false, since: clock.now()))
    }

    /// May be read at any time, also during a run.
    package var state: ReflectorState { shared.withLock(\.self) }

    /// Runs until its task is cancelled; one run at a time.
    package func run(_ handle: (ReflectorEvent<Value>) async -> Void) async {
        var course = ReflectorCourse(options: options)
        var known = KnownObjects()
        while !Task.isCancelled {
            let start = clock.now()
            do throws(KubernetesFailure) {
                if course.mustCompare {
                    course.compared(with: try await client.presentVersion(resource, selection))
                }
                if course.version == nil { course.version = try await relist(&known, handle) }
                try await watch(&course, &known, handle)
                course.ended(after: clock.now() - start)
            } catch {
                guard !Task.isCancelled else { return }
                course.failed(error)
                // Otherwise the list that follows at once reports what was missed.
                if course.isDisconnected {
                    disconnect(error)
                    await handle(.disconnected(error))
                }
            }
            guard let pause = course.pause(random: Double.random(in: 0..<1)) else { continue }
            // Ends early only when the task is cancelled.
            try? await clock.sleep(for: pause)
        }
    }

    // MARK: Listing

    private func relist(
        _ known: inout KnownObjects,
        _ handle: (ReflectorEvent<Value>) async -> Void
    ) async throws(KubernetesFailure) -> String {
        var seen: Set<ObjectKey> = []
        let listing = try await client.list(resource, selection, as: Value.self) { object in
            contact(known.count)
            seen.insert(object.metadata.key)
            let change = known.note(object.metadata)
            if case .replaced(let former) = change { await handle(.deleted(former)) }
            if change != .same { await handle(.listed(object)) }
        }
        for metadata in known.removeAll(but: seen) { await handle(.deleted(metadata)) }
        shared.withLock { $0.lists += 1 }
        connect(known.count)
        await handle(.synced)
        return listing.resourceVersion
    }

    // MARK: Watching

    private func watch(
        _ course: inout ReflectorCourse,
        _ known: inout KnownObjects,
        _ handle: (ReflectorEvent<Value>) async -> Void
    ) async throws(KubernetesFailure) {
        guard let version = course.version else { return }
        try await client.watch(resource, selection, from: version, as: Value.self) { event in
            contact(known.count)
            switch event {
            case .opened:
                if connect(known.count) { await handle(.synced) }
            case .bookmark(let version): course.progressed(to: version)
            case .added(let object), .modified(let object):
                let change = known.note(object.metadata)
                if case .replaced(let former) = change { await handle(.deleted(former)) }
                if change == .changed {
                    await handle(.modified(object))
                } else if change != .same {
                    await handle(.added(object))
                }
                course.progressed(to: object.metadata.resourceVersion)
            case .deleted(let metadata):
                if let former = known.remove(metadata.key) {
                    await handle(.deleted(metadata.uid.isEmpty ? former : metadata))
                }
                course.progressed(to: metadata.resourceVersion)
            }
        }
    }

    // MARK: State

    private func contact(_ count: Int) {
        let now = clock.now()
        shared.withLock { state in
            state.lastContact = now
            state.count = count
        }
    }

    /// Whether it was not current before.
    @discardableResult
    private func connect(_ count: Int) -> Bool {
        let now = clock.now()
        return shared.withLock { state in
            state.lastContact = now
            state.count = count
            state.failure = nil
            guard !state.isCurrent else { return false }
            state.isCurrent = true
            state.since = now
            return true
        }
    }

    private func disconnect(_ failure: KubernetesFailure) {
        let now = clock.now()
        shared.withLock { state in
            state.failure = failure
            guard state.isCurrent else { return }
            state.isCurrent = false
            state.since = now
        }
    }
}
