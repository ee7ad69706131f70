import HoistwayModel

/// Versions of one image or chart that replace each other, as far as their names show it.
///
/// Two subscriptions may follow one image by different tags: `1.4.2` does not replace `main-3f2a9c1`.
struct NewsLine: Sendable {
    /// Equal for all versions of the line.
    let shape: String
    private let version: String

    private init(_ version: String, of chart: String = "") {
        shape = chart + Self.shape(version)
        self.version = version
    }

    /// `nil` if the order of receipt counts, as it does for commits.
    static func of(_ events: [Event]) -> NewsLine? {
        var line: NewsLine?
        for event in events {
            switch event {
            case .image(let image): line = line ?? image.tags.first.map { NewsLine($0) }
            case .chart(let chart): line = line ?? NewsLine(chart.version, of: "\(chart.chart) ")
            case .push, .tag, .pullRequest, .ping, .ignored: return nil
            }
        }
        return line
    }

    /// Whether it looks like an older version of its line, or an equal one: numbers are compared by value.
    ///
    /// This is an estimate: the rules of each subscription decide later.
    func isAtMost(_ other: NewsLine) -> Bool {
        var (left, right) = (Array(version.utf8)[...], Array(other.version.utf8)[...])
        while let first = left.first, let second = right.first {
            let (number, otherNumber) = (Self.takeNumber(&left), Self.takeNumber(&right))
            if let number, let otherNumber {
                if number != otherNumber {
                    return (number.count, number) < (otherNumber.count, otherNumber)
                }
                continue
            }
            if first != second { return first < second }
            left = left.dropFirst(number == nil ? 1 : 0)
            right = right.dropFirst(otherNumber == nil ? 1 : 0)
        }
        return left.isEmpty
    }

    /// Leading digits, without leading zeros; `nil`: there are none.
    private static func takeNumber(_ text: inout ArraySlice<UInt8>) -> String? {
        let digits = text.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty else { return nil }
        text = text.dropFirst(digits.count)
        return String(decoding: digits.drop { $0 == UInt8(ascii: "0") }, as: UTF8.self)
    }

    /// The name with one sign for each part that has a digit: `1.4.2-rc.1` is `#.#.#-rc.#`.
    private static func shape(_ name: String) -> String {
        var shape: [UInt8] = []
        var part: [UInt8] = []
        var isVersion = false
        func isOfPart(_ byte: UInt8) -> Bool {
            byte != UInt8(ascii: ".") && byte != UInt8(ascii: "-") && byte != UInt8(ascii: "_")
                && byte != UInt8(ascii: "+")
        }
        for byte in name.utf8 {
            if isOfPart(byte) {
                isVersion = isVersion || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                part.append(byte)
                continue
            }
            shape += isVersion ? [UInt8(ascii: "#")] : part
            shape.append(byte)
            part = []
            isVersion = false
        }
        shape += isVersion ? [UInt8(ascii: "#")] : part
        return String(decoding: shape, as: UTF8.self)
    }
}
