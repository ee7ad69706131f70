/// Go's time layouts: the reference time `Mon Jan 2 15:04:05 MST 2006`.
enum GoLayout {
    /// In the order in which Go checks them: longer words before their prefixes.
    private static let words = [
        "January", "Jan", "Monday", "Mon", "MST", "002", "01", "02", "03", "04", "05", "06", "15", "1", "2006", "2",
        "__2", "_2", "3", "4", "5", "PM", "pm", "-070000", "-07:00:00", "-0700", "-07:00", "-07", "Z070000",
        "Z07:00:00", "Z0700", "Z07:00", "Z07",
    ]

    static let rfc3339 = "2006-01-02T15:04:05Z07:00"

    struct Part {
        var text: String
        var isLiteral: Bool
    }

    /// The layout as words of the reference time and literal text; `.000` and `.999` are words too.
    static func parts(_ layout: String) -> [Part] {
        var parts: [Part] = []
        var literal = ""
        var rest = Substring(layout)
        while let first = rest.first {
            guard let word = word(at: rest) else {
                literal.append(first)
                rest.removeFirst()
                continue
            }
            if !literal.isEmpty { parts.append(Part(text: literal, isLiteral: true)) }
            literal = ""
            parts.append(Part(text: word, isLiteral: false))
            rest = rest.dropFirst(word.count)
        }
        if !literal.isEmpty { parts.append(Part(text: literal, isLiteral: true)) }
        return parts
    }

    private static func word(at rest: Substring) -> String? {
        if rest.hasPrefix("_2006") { return nil }  // an underscore and a year, no day
        if let word = words.first(where: { rest.hasPrefix($0) }) {
            let isShortName = word == "Jan" || word == "Mon"
            guard isShortName, let next = rest.dropFirst(3).first, next.isASCII, next.isLowercase else { return word }
        }
        guard let mark = rest.first, mark == "." || mark == ",", let digit = rest.dropFirst().first,
            digit == "0" || digit == "9"
        else { return nil }
        let digits = rest.dropFirst().prefix { $0 == digit }
        if let next = rest.dropFirst(1 + digits.count).first, next.isASCII, next.isNumber { return nil }
        return String(rest.prefix(1 + digits.count))
    }

    static func format(_ moment: Moment, _ layout: String) -> String {
        let civil = moment.civil
        return parts(layout).map { $0.isLiteral ? $0.text : text(of: $0.text, civil, moment) }.joined()
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
        case "002": return padded(civil.dayOfYear, 3)
        case "__2":
            let day = String(civil.dayOfYear)
            return String(repeating: " ", count: 3 - day.count) + day
        case _ where word.hasPrefix("Z") && moment.zone.offset == 0: return "Z"
        case _ where word.hasPrefix("Z") || word.hasPrefix("-"):
            return offset(moment.zone.offset, colon: word.contains(":"), parts: offsetParts(word))
        default: return fraction(word, moment.nanoseconds)
        }
    }

    private static func fraction(_ word: String, _ nanoseconds: Int) -> String {
        var digits = String(padded(nanoseconds, 9).prefix(word.count - 1))
        if word.hasSuffix("9") { while digits.hasSuffix("0") { digits.removeLast() } }
        return digits.isEmpty ? "" : String(word.prefix(1)) + digits
    }

    /// How many of hours, minutes and seconds an offset word has.
    static func offsetParts(_ word: String) -> Int { word.count { $0.isNumber } / 2 }

    private static func offset(_ seconds: Int, colon: Bool, parts: Int = 2) -> String {
        let size = abs(seconds)
        let numbers = [size / 3600, size / 60 % 60, size % 60].prefix(parts).map { padded($0, 2) }
        return (seconds < 0 ? "-" : "+") + numbers.joined(separator: colon ? ":" : "")
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(abs(number))
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
