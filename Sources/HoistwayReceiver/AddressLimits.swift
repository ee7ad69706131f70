import NIOCore
import Synchronization

/// A limit of requests a second for each address; an IPv6 /64 counts as one address, since one client can use all of
/// it.
///
/// The table is bounded. When it is full, addresses with a full allowance are forgotten; while there are none, all new
/// addresses share one allowance.
final class AddressLimits: Sendable {
    /// The most addresses in the table.
    static let maxAddresses = 4096

    private struct Bucket {
        var tokens: Double
        var filledAt: NIODeadline

        mutating func takes(perSecond: Double, at now: NIODeadline) -> Bool {
            fill(perSecond: perSecond, at: now)
            guard tokens >= 1 else { return false }
            tokens -= 1
            return true
        }

        mutating func fill(perSecond: Double, at now: NIODeadline) {
            let elapsed = Double((now - filledAt).nanoseconds) / 1e9
            guard elapsed > 0 else { return }
            tokens = min(perSecond, tokens + elapsed * perSecond)
            filledAt = now
        }
    }

    private struct State {
        var buckets: [[UInt8]: Bucket] = [:]
        var shared: Bucket
        var sweptAt: NIODeadline
    }

    private let perSecond: Double
    private let state: Mutex<State>

    init(perSecond: Int) {
        self.perSecond = Double(perSecond)
        let now = NIODeadline.now()
        state = Mutex(State(shared: Bucket(tokens: Double(perSecond), filledAt: now), sweptAt: now))
    }

    /// - Parameter address: the text from ``PeerAddress``.
    func takes(_ address: String, at now: NIODeadline) -> Bool {
        let key = Self.key(address)
        return state.withLock { state in
            if state.buckets[key] == nil {
                if state.buckets.count >= Self.maxAddresses { sweep(&state, at: now) }
                guard state.buckets.count < Self.maxAddresses else {
                    return state.shared.takes(perSecond: perSecond, at: now)
                }
                state.buckets[key] = Bucket(tokens: perSecond, filledAt: now)
            }
            return state.buckets[key]?.takes(perSecond: perSecond, at: now) ?? true
        }
    }

    var count: Int { state.withLock { $0.buckets.count } }

    /// Forgets addresses with a full allowance; at most once a second, since it reads the whole table.
    private func sweep(_ state: inout State, at now: NIODeadline) {
        guard now - state.sweptAt >= .seconds(1) else { return }
        state.sweptAt = now
        state.buckets = state.buckets.filter { _, bucket in
            var bucket = bucket
            bucket.fill(perSecond: perSecond, at: now)
            return bucket.tokens < perSecond
        }
    }

    private static func key(_ address: String) -> [UInt8] {
        AddressBytes(address)?.network ?? []
    }
}
