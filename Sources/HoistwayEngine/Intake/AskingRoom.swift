import HoistwayModel
import HoistwayPorts
import Synchronization

/// Who may ask servers, and when: a server that is slow or refuses delays only the subscriptions that need it.
///
/// Kept in memory. After a restart and after a reload everybody may ask at once.
final class AskingRoom: Sendable {
    /// The most questions at one time: for one subscription, for one project at one host, and for all at one host.
    static let limits = (subscription: 8, project: 16, host: 64)
    /// The pause between two tries of questions that found no room.
    private static let slot: Duration = .milliseconds(20)
    private static let latestSlot: Duration = .seconds(300)

    /// Why a subscription's questions fail.
    struct Trouble: Sendable, Equatable {
        var reason: String
        var since: Timestamp
        var failures: Int
        var nextTry: Timestamp
    }

    enum Entry: Sendable {
        /// Ask, then report the result; `generation` is that of the configuration in use.
        case ask(generation: Int)
        case later(Timestamp, reason: String)
    }

    /// The change that an answer or a failure brings.
    enum Turn: Sendable, Equatable {
        case none
        /// The first failure after successful answers.
        case failing
        /// The first answer after failures.
        case recovered
    }

    private struct State {
        var asking: [String: Int] = [:]
        var troubles: [SubscriptionKey: Trouble] = [:]
        var nextSlot: [SubscriptionKey: Timestamp] = [:]
        var waiting: [SubscriptionKey: Set<DeliveryID>] = [:]
        var ready: Set<DeliveryID> = []
        /// The delivery after which the sweep of all waiting deliveries continues; `nil`: there is no sweep.
        var sweep: DeliveryID? = DeliveryID(0)
        var generation = 0
    }

    private let state = Mutex(State())

    /// Begins a question; each question that begins must be ended.
    func begin(_ key: SubscriptionKey, now: Timestamp) -> Entry {
        state.withLock { state in
            if let trouble = state.troubles[key] {
                let isProbed = state.asking[Self.scopes(of: key)[0].name] != nil
                guard trouble.nextTry <= now, !isProbed else {
                    let next = max(trouble.nextTry, isProbed ? now + .seconds(1) : now)
                    return .later(next + Self.slot * min(state.waiting[key]?.count ?? 0, 250), reason: trouble.reason)
                }
            }
            let scopes = Self.scopes(of: key)
            guard scopes.allSatisfy({ state.asking[$0.name, default: 0] < $0.limit }) else {
                let last = state.nextSlot[key].map { $0 - now < Self.latestSlot ? $0 : now } ?? now
                let next = max(last, now) + Self.slot
                state.nextSlot[key] = next
                return .later(next, reason: "waits until other requests to \(Self.host(of: key)) end")
            }
            for scope in scopes { state.asking[scope.name, default: 0] += 1 }
            return .ask(generation: state.generation)
        }
    }

    /// The server has answered; a negative answer counts too.
    func answered(_ key: SubscriptionKey) -> Turn {
        state.withLock { state in
            Self.end(key, &state)
            return Self.recover(key, &state)
        }
    }

    /// Ends a question that failed; `concernsAll`: whether the subscription's other questions would fail too.
    ///
    /// Returns the next try; `nil` means at once, since the configuration has changed in between.
    func failed(
        _ key: SubscriptionKey,
        generation: Int,
        reason: String,
        pause: (_ failures: Int) -> Duration,
        concernsAll: Bool,
        now: Timestamp
    ) -> (nextTry: Timestamp?, turn: Turn) {
        state.withLock { state in
            Self.end(key, &state)
            guard generation == state.generation else { return (nil, .none) }
            guard concernsAll else { return (now + pause(1), Self.recover(key, &state)) }
            let known = state.troubles[key]
            let failures = (known?.failures ?? 0) + 1
            let trouble = Trouble(
                reason: reason,
                since: known?.since ?? now,
                failures: failures,
                nextTry: now + pause(failures)
            )
            state.troubles[key] = trouble
            return (trouble.nextTry, known == nil ? .failing : .none)
        }
    }

    /// Ends a question whose answer is no longer needed.
    func left(_ key: SubscriptionKey) {
        state.withLock { Self.end(key, &$0) }
    }

    /// Everything may be asked at once: credentials, addresses or subscriptions may have changed.
    func reset() {
        state.withLock { state in
            state.generation += 1
            state.troubles = [:]
            state.nextSlot = [:]
            state.sweep = DeliveryID(0)
        }
    }

    /// Remembers which subscriptions a delivery waits for.
    func note(_ delivery: DeliveryID, _ decisions: [SubscriptionDecision]) {
        guard !decisions.isEmpty else { return }
        let waiting = Set(decisions.filter { $0.state == .waiting }.map(\.key))
        state.withLock { state in
            for key in Set(decisions.map(\.key)) {
                if waiting.contains(key) {
                    state.waiting[key, default: []].insert(delivery)
                } else if state.waiting[key]?.remove(delivery) != nil, state.waiting[key]?.isEmpty ?? false {
                    state.waiting[key] = nil
                }
            }
        }
    }

    /// Shown to people: how many deliveries wait for a subscription's questions, and why.
    func standing(of key: SubscriptionKey) -> (waiting: Int, trouble: Trouble?) {
        state.withLock { ($0.waiting[key]?.count ?? 0, $0.troubles[key]) }
    }

    /// Where the sweep of all waiting deliveries continues.
    var sweep: DeliveryID? {
        get { state.withLock(\.sweep) }
        set { state.withLock { $0.sweep = newValue } }
    }

    /// Deliveries that may continue at once, each returned once.
    func takeReady(limit: Int) -> [DeliveryID] {
        state.withLock { state in
            let taken = Array(state.ready.sorted().prefix(limit))
            state.ready.subtract(taken)
            return taken
        }
    }

    private static func recover(_ key: SubscriptionKey, _ state: inout State) -> Turn {
        guard state.troubles.removeValue(forKey: key) != nil else { return .none }
        // The next try of these deliveries may be minutes ahead.
        state.ready.formUnion(state.waiting[key] ?? [])
        return .recovered
    }

    private static func end(_ key: SubscriptionKey, _ state: inout State) {
        for scope in scopes(of: key) {
            let left = state.asking[scope.name, default: 0] - 1
            state.asking[scope.name] = left > 0 ? left : nil
        }
    }

    private static func scopes(of key: SubscriptionKey) -> [(name: String, limit: Int)] {
        let host = host(of: key)
        return [
            ("subscription \(key)", limits.subscription), ("project \(key.warehouse.project) \(host)", limits.project),
            ("host \(host)", limits.host),
        ]
    }

    /// `ghcr.io` of `image ghcr.io/acme/app`.
    private static func host(of key: SubscriptionKey) -> String {
        let address = key.subscription.drop { $0 != " " }.dropFirst()
        return String(address.prefix { $0 != "/" })
    }
}
