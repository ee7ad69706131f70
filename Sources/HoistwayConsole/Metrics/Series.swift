import Synchronization

/// The values of one metric with one set of labels.
final class Series: Sendable {
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    /// Upper bounds of the buckets of durations, in seconds: from an answer in memory to a promotion that waits for a
    /// remote.
    static let seconds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200,
    ]
    /// Upper bounds of the buckets of all other values.
    static let counts: [Double] = (0...12).map { Double(1 << $0) }

    private struct Numbers {
        /// A counter's or gauge's value; a histogram's sum.
        var value = 0.0
        var count: Int64 = 0
        /// Not cumulative, one for each bound; greater values only count in `count`.
        var buckets: [Int64] = []
    }

    let kind: Kind
    private let bounds: [Double]
    private let numbers: Mutex<Numbers>

    /// - Parameter bounds: a histogram's buckets, rising.
    init(_ kind: Kind, bounds: [Double] = []) {
        self.kind = kind
        self.bounds = bounds
        numbers = Mutex(Numbers(buckets: Array(repeating: 0, count: bounds.count)))
    }

    func add(_ amount: Double) {
        guard amount.isFinite else { return }
        numbers.withLock { $0.value += amount }
    }

    func set(_ value: Double) {
        numbers.withLock { $0.value = value }
    }

    func observe(_ value: Double) {
        guard value.isFinite else { return }
        numbers.withLock { numbers in
            numbers.value += value
            numbers.count += 1
            if let bucket = bounds.firstIndex(where: { value <= $0 }) { numbers.buckets[bucket] += 1 }
        }
    }

    /// Appends the series' lines.
    func write(_ key: SeriesKey, to text: inout String) {
        let numbers = numbers.withLock { $0 }
        let braces = key.labels.isEmpty ? "" : "{\(key.labels)}"
        guard kind == .histogram else {
            text += "\(key.name)\(braces) \(Self.number(numbers.value))\n"
            return
        }
        let prefix = key.labels.isEmpty ? "" : "\(key.labels),"
        var total: Int64 = 0
        for (bound, count) in zip(bounds, numbers.buckets) {
            total += count
            text += "\(key.name)_bucket{\(prefix)le=\"\(Self.number(bound))\"} \(total)\n"
        }
        text += "\(key.name)_bucket{\(prefix)le=\"+Inf\"} \(numbers.count)\n"
        text += "\(key.name)_sum\(braces) \(Self.number(numbers.value))\n"
        text += "\(key.name)_count\(braces) \(numbers.count)\n"
    }

    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map { String($0) } ?? String(value)
    }
}
