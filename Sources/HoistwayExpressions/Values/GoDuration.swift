/// Go's durations: `1h30m`, `1.5s`.
enum GoDuration {
    private static let units: [(String, Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12),
    ]

    static func parse(_ text: String) -> Int? {
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        if rest == "0" { return 0 }
        var total = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            let unit = rest.dropFirst(number.count).prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            let halves = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            guard number != ".", !number.isEmpty, let scale = units.first(where: { $0.0 == unit })?.1,
                let whole = halves[0].isEmpty ? 0 : Int(halves[0])
            else { return nil }
            var part = whole.multipliedReportingOverflow(by: Int(scale))
            guard !part.overflow else { return nil }
            if halves.count > 1, !halves[1].isEmpty {
                guard let fraction = Double("0." + halves[1]) else { return nil }
                part.partialValue += Int(fraction * scale)
            }
            let sum = total.addingReportingOverflow(part.partialValue)
            guard !sum.overflow else { return nil }
            total = sum.partialValue
            rest = rest.dropFirst(number.count + unit.count)
        }
        return isNegative ? -total : total
    }

    static func text(_ nanoseconds: Int) -> String {
        let size = nanoseconds.magnitude
        let sign = nanoseconds < 0 ? "-" : ""
        if size == 0 { return "0s" }
        if size < 1000 { return "\(sign)\(size)ns" }
        if size < 1_000_000 { return sign + decimal(size, 1000) + "µs" }
        if size < 1_000_000_000 { return sign + decimal(size, 1_000_000) + "ms" }
        let (seconds, hours) = (size % 60_000_000_000, size / 3_600_000_000_000)
        var text = decimal(seconds, 1_000_000_000) + "s"
        if size >= 60_000_000_000 { text = "\(size / 60_000_000_000 % 60)m" + text }
        if hours > 0 { text = "\(hours)h" + text }
        return sign + text
    }

    private static func decimal(_ number: UInt, _ scale: UInt) -> String {
        let rest = number % scale
        guard rest > 0 else { return String(number / scale) }
        var digits = String(scale + rest).dropFirst()
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(number / scale).\(digits)"
    }
}
