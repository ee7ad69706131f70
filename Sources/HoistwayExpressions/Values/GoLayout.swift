/// Go's time layouts: the reference time `Mon Jan 2 15:04:05 MST 2006`.
enum GoLayout {
    private static let words = [
        "January", "Jan", "Monday", "Mon", "MST", "2006", "Z07:00", "Z0700", "-07:00", "-0700", "-07", "15", "01", "02",
        "03", "04", "05", "06", "PM", "pm", "_2", "1", "2", "3", "4", "5",
    ]

    static let rfc3339 = "2006-01-02T15:04:05Z07:00"

    /// The layout as words of the reference time and literal text; `.000` and `.999` are words too.
    private static func parts(_ layout: String) -> [(word: String, isLiteral: Bool)] {
        var parts: [(String, Bool)] = []
        var literal = ""
        var rest = Substring(layout)
        while let first = rest.first {
            var word = words.first { rest.hasPrefix($0) }
            if word == "Jan" || word == "Mon", let after = rest.dropFirst(3).first, after.isLowercase { word = nil }
            if word == nil, first == "." || first == "," {
                let digits = rest.dropFirst().prefix { $0 == rest.dropFirst().first && ($0 == "0" || $0 == "9") }
                if !digits.isEmpty, !(rest.dropFirst(1 + digits.count).first?.isNumber ?? false) {
                    word = String(rest.prefix(1 + digits.count))
                }
            }
            guard let word else { literal.append(rest.removeFirst()); continue }
            if !literal.isEmpty { parts.append((literal, true)) }
            literal = ""
            parts.append((word, false))
            rest = rest.dropFirst(word.count)
        }
        if !literal.isEmpty { parts.append((literal, true)) }
        return parts
    }

    static func format(_ moment: Moment, _ layout: String) -> String {
        let civil = moment.civil
        return parts(layout).map { $0.isLiteral ? $0.word : text(of: $0.word, civil, moment) }.joined()
    }

    private static func text(of word: String, _ civil: CivilTime, _ moment: Moment) -> String {
        let hour = civil.hour % 12 == 0 ? 12 : civil.hour % 12
        switch word {
        case "January": return CivilTime.months[civil.month - 1]
        case "Jan": return String(CivilTime.months[civil.month - 1].prefix(3))
        case "Monday": return CivilTime.weekdays[civil.weekday]
        case "Mon": return String(CivilTime.weekdays[civil.weekday].prefix(3))
        case "MST": return moment.zone.name.isEmpty ? offset(moment.zone.offset, colon: false) : moment.zone.name
        case "2006": return padded(civil.year, 4)
        case "06": return padded(civil.year % 100, 2)
        case "01": return padded(civil.month, 2)
        case "1": return String(civil.month)
        case "02": return padded(civil.day, 2)
        case "_2": return civil.day < 10 ? " \(civil.day)" : String(civil.day)
        case "2": return String(civil.day)
        case "15": return padded(civil.hour, 2)
        case "03": return padded(hour, 2)
        case "3": return String(hour)
        case "04": return padded(civil.minute, 2)
        case "4": return String(civil.minute)
        case "05": return padded(civil.second, 2)
        case "5": return String(civil.second)
        case "PM": return civil.hour >= 12 ? "PM" : "AM"
        case "pm": return civil.hour >= 12 ? "pm" : "am"
        case "Z07:00", "Z0700":
            return moment.zone.offset == 0 ? "Z" : offset(moment.zone.offset, colon: word == "Z07:00")
        case "-07:00", "-0700": return offset(moment.zone.offset, colon: word == "-07:00")
        case "-07": return String(offset(moment.zone.offset, colon: false).prefix(3))
        default: return fraction(word, moment.nanoseconds)
        }
    }

    private static func fraction(_ word: String, _ nanoseconds: Int) -> String {
        var digits = String(padded(nanoseconds, 9).prefix(word.count - 1))
        if word.hasSuffix("9") { while digits.hasSuffix("0") { digits.removeLast() } }
        return digits.isEmpty ? "" : String(word.prefix(1)) + digits
    }

    private static func offset(_ seconds: Int, colon: Bool) -> String {
        let size = abs(seconds) / 60
        return (seconds < 0 ? "-" : "+") + padded(size / 60, 2) + (colon ? ":" : "") + padded(size % 60, 2)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(abs(number))
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// - Returns: `nil` where the text does not follow the layout.
    static func parse(_ text: String, _ layout: String, in location: Location) -> Moment? {
        var rest = Substring(text)
        var civil = CivilTime(year: 0, month: 1, day: 1)
        var found: Zone?
        var nanoseconds = 0
        var isAfternoon: Bool?
        func take(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }.prefix(range.upperBound)
            guard digits.count >= range.lowerBound else { return nil }
            rest = rest.dropFirst(digits.count)
            return Int(digits)
        }
        func takeName(_ names: [String]) -> Int? {
            guard let index = names.firstIndex(where: { rest.lowercased().hasPrefix($0.lowercased()) }) else { return nil }
            rest = rest.dropFirst(names[index].count)
            return index
        }
        for (word, isLiteral) in parts(layout) {
            if isLiteral {
                guard rest.hasPrefix(word) else { return nil }
                rest = rest.dropFirst(word.count)
                continue
            }
            switch word {
            case "2006":
                guard let year = take(4...4) else { return nil }
                civil.year = year
            case "06":
                guard let year = take(2...2) else { return nil }
                civil.year = year >= 69 ? 1900 + year : 2000 + year
            case "January", "Jan":
                let names = word == "Jan" ? CivilTime.months.map { String($0.prefix(3)) } : CivilTime.months
                guard let month = takeName(names) else { return nil }
                civil.month = month + 1
            case "Monday", "Mon":
                let names = word == "Mon" ? CivilTime.weekdays.map { String($0.prefix(3)) } : CivilTime.weekdays
                guard takeName(names) != nil else { return nil }
            case "01", "1":
                guard let month = take((word == "01" ? 2 : 1)...2) else { return nil }
                civil.month = month
            case "02", "2", "_2":
                if word == "_2", rest.first == " " { rest.removeFirst() }
                guard let day = take((word == "02" ? 2 : 1)...2) else { return nil }
                civil.day = day
            case "15", "03", "3":
                guard let hour = take((word == "03" ? 2 : 1)...2) else { return nil }
                civil.hour = hour
            case "04", "4":
                guard let minute = take((word == "04" ? 2 : 1)...2) else { return nil }
                civil.minute = minute
            case "05", "5":
                guard let second = take((word == "05" ? 2 : 1)...2) else { return nil }
                civil.second = second
                // A fraction may follow the seconds even where the layout has none.
                if rest.first == ".", rest.dropFirst().first?.isNumber == true {
                    rest.removeFirst()
                    let digits = rest.prefix { $0.isASCII && $0.isNumber }
                    rest = rest.dropFirst(digits.count)
                    nanoseconds = Int((digits + "000000000").prefix(9)) ?? 0
                }
            case "PM", "pm":
                guard let half = takeName(["AM", "PM"]) else { return nil }
                isAfternoon = half == 1
            case "MST":
                let name = rest.prefix { $0.isASCII && $0.isUppercase }
                guard (3...4).contains(name.count) else { return nil }
                rest = rest.dropFirst(name.count)
                // An abbreviation of the place's own is its offset; of another one nothing is known, and Go takes 0.
                let known = [location.first] + location.transitions.map(\.zone)
                found = known.last { $0.name == name } ?? Zone(name: String(name), offset: 0)
            case "Z07:00", "Z0700", "-07:00", "-0700", "-07":
                if word.hasPrefix("Z"), rest.first == "Z" {
                    rest.removeFirst()
                    found = .utc
                    continue
                }
                guard let sign = rest.first, sign == "+" || sign == "-" else { return nil }
                rest.removeFirst()
                guard let hours = take(2...2) else { return nil }
                if word.hasSuffix(":00") {
                    guard rest.first == ":" else { return nil }
                    rest.removeFirst()
                }
                guard let minutes = word == "-07" ? 0 : take(2...2) else { return nil }
                let offset = (hours * 3600 + minutes * 60) * (sign == "-" ? -1 : 1)
                found = Zone(name: found?.name ?? "", offset: offset)
            default: break  // a fraction was read behind the seconds
            }
        }
        if let isAfternoon { civil.hour = civil.hour % 12 + (isAfternoon ? 12 : 0) }
        guard rest.isEmpty, civil.isReal else { return nil }
        guard let found else {
            return Moment(seconds: location.seconds(of: civil), nanoseconds: nanoseconds, location: location)
        }
        let moment = Moment(seconds: civil.seconds - found.offset, nanoseconds: nanoseconds, location: location)
        return moment.zone.offset == found.offset && (found.name.isEmpty || moment.zone.name == found.name)
            ? moment : moment.shown(in: .fixed(found))
    }
}

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
