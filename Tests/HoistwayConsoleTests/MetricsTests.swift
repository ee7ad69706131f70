import Metrics
import Testing

@testable import HoistwayConsole

struct MetricsTests {
    @Test func `counters, gauges and timers are written as Prometheus reads them`() {
        let registry = PrometheusRegistry()
        let done = Counter(label: "hoistway_deliveries_total", dimensions: [("state", "done")], factory: registry)
        done.increment(by: 2)
        Counter(label: "hoistway_deliveries_total", dimensions: [("state", "done")], factory: registry).increment()
        Gauge(label: "hoistway_queue", factory: registry).record(7)
        let timer = Timer(label: "hoistway_commit_seconds", factory: registry)
        timer.recordMilliseconds(2)
        timer.recordSeconds(60)
        Recorder(label: "hoistway_deliveries_per_commit", factory: registry).record(100)
        let lines = Set(registry.exposition().split(separator: "\n").map(String.init))
        #expect(
            lines.isSuperset(of: [
                "# TYPE hoistway_deliveries_total counter", #"hoistway_deliveries_total{state="done"} 3"#,
                "# TYPE hoistway_queue gauge", "hoistway_queue 7", "# TYPE hoistway_commit_seconds histogram",
                #"hoistway_commit_seconds_bucket{le="0.001"} 0"#, #"hoistway_commit_seconds_bucket{le="0.0025"} 1"#,
                #"hoistway_commit_seconds_bucket{le="30"} 1"#, #"hoistway_commit_seconds_bucket{le="+Inf"} 2"#,
                "hoistway_commit_seconds_sum 60.002", "hoistway_commit_seconds_count 2",
                #"hoistway_deliveries_per_commit_bucket{le="64"} 0"#,
                #"hoistway_deliveries_per_commit_bucket{le="128"} 1"#,
            ])
        )
    }

    @Test func `a series that is given back is gone, and the others stay`() {
        let registry = PrometheusRegistry()
        let counters = ["test", "prod"].map { stage in
            Counter(label: "hoistway_promotions_total", dimensions: [("stage", stage)], factory: registry)
        }
        for counter in counters { counter.increment() }
        counters[0].destroy()
        let text = registry.exposition()
        #expect(!text.contains("test") && text.contains(#"hoistway_promotions_total{stage="prod"} 1"#))
    }

    @Test func `names and labels cannot break out of their line`() {
        let registry = PrometheusRegistry()
        Counter(label: "9 a-b", dimensions: [("x y", "q\"\n\\")], factory: registry).increment()
        #expect(registry.exposition().contains("_9_a_b{x_y=\"q\\\"\\n\\\\\"} 1\n"))
    }

    @Test func `the number of series is bounded, and what was refused is counted`() {
        let registry = PrometheusRegistry()
        for number in 0..<(PrometheusRegistry.maxSeries + 5) {
            Counter(label: "hoistway_x", dimensions: [("n", String(number))], factory: registry).increment()
        }
        #expect(registry.exposition().contains("\nhoistway_metrics_refused_series_total 5\n"))
    }
}
