import Metrics
import Synchronization

/// The store's metrics.
///
/// - `hoistway_store_commit_seconds`: how long a transaction took, fsync included.
/// - `hoistway_store_deliveries_per_commit`: how many deliveries shared one.
/// - `hoistway_store_deliveries_refused_total`: deliveries that could not be written.
/// - `hoistway_store_promotions_to_move`: ended promotions of an older version that must still be moved; see Operation.
/// - `hoistway_store_slice_seconds`: how long one slice of pruning or moving used the writer's thread.
/// - `hoistway_store_longest_slice_seconds`: the longest of them since the start.
/// - `hoistway_store_body_bytes`: bodies on disk, compressed.
final class StoreMetrics: Sendable {
    private let commit = Timer(label: "hoistway_store_commit_seconds")
    private let perCommit = Recorder(label: "hoistway_store_deliveries_per_commit")
    private let refusals = Counter(label: "hoistway_store_deliveries_refused_total")
    private let toMove = Gauge(label: "hoistway_store_promotions_to_move")
    private let slice = Timer(label: "hoistway_store_slice_seconds")
    private let longestSlice = Gauge(label: "hoistway_store_longest_slice_seconds")
    private let longest = Mutex(Duration.zero)
    private let bodyBytes = Gauge(label: "hoistway_store_body_bytes")

    func committed(deliveries: Int, took duration: Duration) {
        commit.record(duration: duration)
        if deliveries > 0 { perCommit.record(deliveries) }
    }

    func refused(deliveries: Int) {
        if deliveries > 0 { refusals.increment(by: deliveries) }
    }

    func promotions(toMove count: Int) {
        toMove.record(count)
    }

    func slice(took duration: Duration) {
        slice.record(duration: duration)
        let isLongest = longest.withLock { longest in
            guard duration > longest else { return false }
            longest = duration
            return true
        }
        if isLongest { longestSlice.record(duration / .seconds(1)) }
    }

    func bodies(bytes: Int64) {
        bodyBytes.record(bytes)
    }
}
