/// Durations in Go's format, with an additional `d` for days.
package enum GoDuration {
    /// Longest accepted duration: a hundred years.
    ///
    /// The limit prevents overflow of sums.
    private static let maxSeconds = 3.2e9

    /// `nil` for negative durations, unknown units and other text.
    package static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        var rest = text[...]
        var seconds = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !$0.isNumber && $0 != "." }
            rest = rest.dropFirst(unit.count)
            guard let amount = Double(digits), let factor = units[String(unit)] else { return nil }
            seconds += amount * factor
        }
        guard seconds <= maxSeconds else { return nil }
        return .microseconds(Int64((seconds * 1_000_000).rounded()))
    }

    /// In Go's output format, in whole milliseconds: `1h30m0s`, `2.5s`.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let rest = attoseconds / 1_000_000_000_000_000
        var fraction = rest == 0 ? "" : "." + String(1000 + rest).dropFirst()
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let hours = seconds >= 3600 ? "\(seconds / 3600)h" : ""
        let minutes = seconds >= 60 ? "\(seconds / 60 % 60)m" : ""
        return "\(hours)\(minutes)\(seconds % 60)\(fraction)s"
    }

    private static let units: [String: Double] = [
        "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400,
    ]
}
