import Metrics
import Synchronization

/// Series whose labels are names from the configuration: made when first needed, removed with the name.
final class SeriesBook: Sendable {
    /// Names and values of labels, in the given order.
    typealias Labels = [(String, String)]

    private struct State {
        var counters: [String: (labels: Labels, handle: Counter)] = [:]
        var timers: [String: (labels: Labels, handle: Timer)] = [:]
        var flags: [String: (name: String, handle: Gauge)] = [:]
    }

    private let state = Mutex(State())
    private let isSilent: Bool

    /// - Parameter isSilent: whether no series are made.
    init(isSilent: Bool = false) {
        self.isSilent = isSilent
    }

    func count(_ name: String, _ labels: Labels, by amount: Int = 1) {
        guard !isSilent else { return }
        state.withLock { state in
            let key = Self.key(name, labels)
            if let known = state.counters[key] { return known.handle.increment(by: amount) }
            let handle = Counter(label: name, dimensions: labels)
            state.counters[key] = (labels, handle)
            handle.increment(by: amount)
        }
    }

    func record(_ name: String, _ labels: Labels, _ duration: Duration) {
        guard !isSilent else { return }
        state.withLock { state in
            let key = Self.key(name, labels)
            if let known = state.timers[key] { return known.handle.record(duration: duration) }
            let handle = Timer(label: name, dimensions: labels)
            state.timers[key] = (labels, handle)
            handle.record(duration: duration)
        }
    }

    /// Shows 1 for each of these, and removes all other series of the name.
    func show(_ name: String, for all: [Labels]) {
        guard !isSilent else { return }
        let wanted = Dictionary(all.map { (Self.key(name, $0), $0) }) { first, _ in first }
        state.withLock { state in
            for (key, flag) in state.flags where flag.name == name && wanted[key] == nil {
                flag.handle.destroy()
                state.flags[key] = nil
            }
            for (key, labels) in wanted where state.flags[key] == nil {
                let handle = Gauge(label: name, dimensions: labels)
                state.flags[key] = (name, handle)
                handle.record(1)
            }
        }
    }

    /// Removes the series for which `isGone` is true: names that are no longer configured must not add up.
    func forget(where isGone: (Labels) -> Bool) {
        state.withLock { state in
            for (key, series) in state.counters where isGone(series.labels) {
                series.handle.destroy()
                state.counters[key] = nil
            }
            for (key, series) in state.timers where isGone(series.labels) {
                series.handle.destroy()
                state.timers[key] = nil
            }
        }
    }

    private static func key(_ name: String, _ labels: Labels) -> String {
        ([name] + labels.map(\.1)).joined(separator: "\u{1F}")
    }
}
