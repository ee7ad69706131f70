import Metrics

// One small class for each kind of handle in swift-metrics: their methods have the same names with other meanings, so
// that one class cannot be all of them.

/// Any of them, as the handle of one series.
protocol SeriesHandler {
    var series: Series { get }
}

final class CounterSeries: CounterHandler, SeriesHandler {
    let series: Series

    init(_ series: Series) { self.series = series }

    func increment(by amount: Int64) { series.add(Double(amount)) }
    func reset() { series.set(0) }
}

final class FloatingPointCounterSeries: FloatingPointCounterHandler, SeriesHandler {
    let series: Series

    init(_ series: Series) { self.series = series }

    func increment(by amount: Double) { series.add(amount) }
    func reset() { series.set(0) }
}

final class GaugeSeries: MeterHandler, RecorderHandler, SeriesHandler {
    let series: Series

    init(_ series: Series) { self.series = series }

    func set(_ value: Int64) { series.set(Double(value)) }
    func set(_ value: Double) { series.set(value) }
    func increment(by amount: Double) { series.add(amount) }
    func decrement(by amount: Double) { series.add(-amount) }
    func record(_ value: Int64) { series.set(Double(value)) }
    func record(_ value: Double) { series.set(value) }
}

final class HistogramSeries: TimerHandler, RecorderHandler, SeriesHandler {
    let series: Series

    init(_ series: Series) { self.series = series }

    /// Stored in seconds, the unit of durations in Prometheus.
    func recordNanoseconds(_ duration: Int64) { series.observe(Double(duration) / 1e9) }
    func record(_ value: Int64) { series.observe(Double(value)) }
    func record(_ value: Double) { series.observe(value) }
}
