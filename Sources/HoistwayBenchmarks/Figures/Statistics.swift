/// The statistics for the benchmarks.
enum Statistics {
    /// 0 for no values.
    static func median(_ values: [Double]) -> Double {
        percentile(values.sorted(), 0.5)
    }

    /// The value below which `share` (0…1) of the sorted values lie; 0 for no values.
    static func percentile(_ sorted: [Double], _ share: Double) -> Double {
        guard let last = sorted.indices.last else { return 0 }
        return sorted[min(last, Int((Double(last) * share).rounded()))]
    }
}

/// Measures with the machine's monotonic clock.
enum Stopwatch {
    /// The duration of `work` in milliseconds.
    static func milliseconds(_ work: () async throws -> Void) async rethrows -> Double {
        let start = ContinuousClock.now
        try await work()
        return milliseconds(since: start)
    }

    static func milliseconds(since start: ContinuousClock.Instant) -> Double {
        let parts = (ContinuousClock.now - start).components
        return Double(parts.seconds) * 1e3 + Double(parts.attoseconds) / 1e15
    }
}
