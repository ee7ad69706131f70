package import Metrics
import Synchronization

/// The back end of swift-metrics: keeps every series and writes them in Prometheus' text format.
///
/// Safe to use from any thread. A series stays until its owner removes it, so that a scrape never misses a count. Their
/// number is limited, since labels with values from payloads would otherwise use up the memory.
package final class PrometheusRegistry: MetricsFactory {
    /// The most series; later ones only count in `hoistway_metrics_refused_series_total`.
    package static let maxSeries = 5000

    private struct State {
        var series: [SeriesKey: Series] = [:]
        var refused: Int64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// All series in the format of scrapers, in the order of names and labels.
    package func exposition() -> String {
        let (series, refused) = state.withLock { ($0.series, $0.refused) }
        var text = ""
        var family = ""
        for (key, one) in series.sorted(by: { $0.key < $1.key }) {
            if key.name != family {
                text += "# TYPE \(key.name) \(one.kind.rawValue)\n"
                family = key.name
            }
            one.write(key, to: &text)
        }
        text += "# TYPE hoistway_metrics_refused_series_total counter\n"
        text += "hoistway_metrics_refused_series_total \(refused)\n"
        return text
    }

    private func series(
        _ label: String,
        _ dimensions: [(String, String)],
        _ kind: Series.Kind,
        bounds: [Double] = []
    ) -> Series {
        let key = SeriesKey(label: label, dimensions: dimensions)
        return state.withLock { state in
            // A name has one kind; a request for another kind gets a series that is not exported.
            if let known = state.series[key] { return known.kind == kind ? known : Series(kind, bounds: bounds) }
            let series = Series(kind, bounds: bounds)
            guard state.series.count < Self.maxSeries else {
                state.refused += 1
                return series
            }
            state.series[key] = series
            return series
        }
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        CounterSeries(series(label, dimensions, .counter))
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        FloatingPointCounterSeries(series(label, dimensions, .counter))
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        GaugeSeries(series(label, dimensions, .gauge))
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate {
            HistogramSeries(series(label, dimensions, .histogram, bounds: Series.counts))
        } else {
            GaugeSeries(series(label, dimensions, .gauge))
        }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        HistogramSeries(series(label, dimensions, .histogram, bounds: Series.seconds))
    }

    package func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { destroy(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

    /// Called when something leaves the configuration, which is rare: a scan of all series is fast enough.
    private func destroy(_ handler: Any) {
        guard let series = (handler as? any SeriesHandler)?.series else { return }
        state.withLock { state in
            guard let key = state.series.first(where: { $0.value === series })?.key else { return }
            state.series[key] = nil
        }
    }
}
