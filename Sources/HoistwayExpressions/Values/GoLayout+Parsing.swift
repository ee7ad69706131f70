extension GoLayout {
    /// Go's `time.ParseInLocation`.
    ///
    /// - Returns: `nil` where the text does not match the layout, or is not a real time.
    static func parse(_ text: String, _ layout: String, in location: Location) -> Moment? {
        var reader = TimeReader(text)
        let parts = parts(layout)
        for (index, part) in parts.enumerated() {
            let next = index + 1 < parts.count ? parts[index + 1] : nil
            let isRead = part.isLiteral ? reader.skip(part.text) : reader.read(part.text, before: next)
            guard isRead else { return nil }
        }
        return reader.moment(in: location)
    }
}

/// Reads a time, word by word of its layout.
private struct TimeReader {
    private var rest: ArraySlice<UInt8>
    private var year = 0
    private var month: Int?
    private var day: Int?
    private var dayOfYear: Int?
    private var hour = 0
    private var minute = 0
    private var second = 0
    private var nanoseconds = 0
    /// `true` after `PM`, `false` after `AM`.
    private var isAfternoon: Bool?
    private var isUTC = false
    private var offset: Int?
    private var zoneName = ""

    init(_ text: String) { rest = Array(text.utf8)[...] }

    // MARK: Parts

    mutating func skip(_ literal: String) -> Bool {
        var literal = Array(literal.utf8)[...]
        let space = UInt8(ascii: " ")
        while let byte = literal.first {
            if byte == space {
                if let found = rest.first, found != space { return false }
                literal = literal.drop { $0 == space }
                rest = rest.drop { $0 == space }
            } else {
                guard rest.first == byte else { return false }
                literal.removeFirst()
                rest.removeFirst()
            }
        }
        return true
    }

    mutating func read(_ word: String, before next: GoLayout.Part?) -> Bool {
        switch word {
        case "2006": return readYear()
        case "06":
            guard let number = digits(2) else { return false }
            year = number >= 69 ? 1900 + number : 2000 + number
        case "January", "Jan":
            month = name(CivilTime.months, isShort: word == "Jan").map { $0 + 1 }
            return month != nil
        case "Monday", "Mon": return name(CivilTime.weekdays, isShort: word == "Mon") != nil
        case "01", "1": return readNumber(\.month, 1...12, isFixed: word == "01")
        case "02", "2", "_2":
            if word == "_2", rest.first == UInt8(ascii: " ") { rest.removeFirst() }
            return readNumber(\.day, 0...99, isFixed: word == "02")
        case "002", "__2":
            if word == "__2" { for _ in 0..<2 where rest.first == UInt8(ascii: " ") { rest.removeFirst() } }
            let count = rest.prefix(3).prefix(while: Self.isDigit).count
            guard count > 0, word == "__2" || count == 3 else { return false }
            dayOfYear = digits(count)
        case "15": return readNumber(\.hour, 0...23, isFixed: false)
        case "03", "3": return readNumber(\.hour, 0...12, isFixed: word == "03")
        case "04", "4": return readNumber(\.minute, 0...59, isFixed: word == "04")
        case "05", "5":
            guard readNumber(\.second, 0...59, isFixed: word == "05") else { return false }
            // A fraction may follow the seconds even where the layout has none.
            let isNext = next.map { !$0.isLiteral && ($0.text.hasPrefix(".") || $0.text.hasPrefix(",")) } ?? false
            return isNext || readFraction(exactly: nil)
        case "PM", "pm":
            let letters = String(decoding: rest.prefix(2), as: UTF8.self)
            rest = rest.dropFirst(2)
            guard letters == (word == "PM" ? "PM" : "pm") || letters == (word == "PM" ? "AM" : "am") else {
                return false
            }
            isAfternoon = letters.lowercased() == "pm"
        case "MST": return readZoneName()
        case _ where word.hasPrefix("."), _ where word.hasPrefix(","):
            return readFraction(exactly: word.hasSuffix("0") ? word.utf8.count - 1 : nil)
        default: return readOffset(word)
        }
        return true
    }

    // MARK: Numbers and names

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private mutating func digits(_ count: Int) -> Int? {
        let text = rest.prefix(count)
        guard text.count == count, text.allSatisfy(Self.isDigit) else { return nil }
        rest = rest.dropFirst(count)
        return Int(String(decoding: text, as: UTF8.self))
    }

    private mutating func readYear() -> Bool {
        guard let number = digits(4) else { return false }
        year = number
        return true
    }

    private mutating func number(_ range: ClosedRange<Int>, isFixed: Bool) -> Int? {
        let count = rest.prefix(2).prefix(while: Self.isDigit).count
        guard count > 0, count == 2 || !isFixed, let number = digits(count), range.contains(number) else { return nil }
        return number
    }

    private mutating func readNumber(
        _ field: WritableKeyPath<TimeReader, Int>,
        _ range: ClosedRange<Int>,
        isFixed: Bool
    ) -> Bool {
        guard let number = number(range, isFixed: isFixed) else { return false }
        self[keyPath: field] = number
        return true
    }

    private mutating func readNumber(
        _ field: WritableKeyPath<TimeReader, Int?>,
        _ range: ClosedRange<Int>,
        isFixed: Bool
    ) -> Bool {
        self[keyPath: field] = number(range, isFixed: isFixed)
        return self[keyPath: field] != nil
    }

    private mutating func name(_ names: [String], isShort: Bool) -> Int? {
        for (index, name) in names.enumerated() {
            let wanted = Array((isShort ? String(name.prefix(3)) : name).lowercased().utf8)
            guard rest.prefix(wanted.count).map({ $0 | 0x20 }) == wanted else { continue }
            rest = rest.dropFirst(wanted.count)
            return index
        }
        return nil
    }

    /// - Parameter exactly: the number of digits; `nil`: all digits, which may be none.
    private mutating func readFraction(exactly count: Int?) -> Bool {
        let mark = rest.first
        let digits = rest.dropFirst().prefix(while: Self.isDigit)
        let isThere = (mark == UInt8(ascii: ".") || mark == UInt8(ascii: ",")) && !digits.isEmpty
        guard isThere, digits.count >= count ?? 1 else { return count == nil && !isThere }
        let taken = digits.prefix(count ?? digits.count)
        nanoseconds = Int((String(decoding: taken, as: UTF8.self) + "000000000").prefix(9)) ?? 0
        rest = rest.dropFirst(1 + taken.count)
        return true
    }

    // MARK: Zones

    private mutating func readOffset(_ word: String) -> Bool {
        if word.hasPrefix("Z"), rest.first == UInt8(ascii: "Z") {
            rest.removeFirst()
            isUTC = true
            return true
        }
        guard let sign = rest.popFirst(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return false }
        var seconds = 0
        let limits = [24, 60, 60]
        for part in 0..<GoLayout.offsetParts(word) {
            if part > 0, word.contains(":"), rest.popFirst() != UInt8(ascii: ":") { return false }
            guard let number = digits(2), number <= limits[part] else { return false }
            seconds += number * [3600, 60, 1][part]
        }
        offset = sign == UInt8(ascii: "-") ? -seconds : seconds
        return true
    }

    private mutating func readZoneName() -> Bool {
        let text = String(decoding: rest.prefix(6), as: UTF8.self)
        if text.hasPrefix("UTC") {
            rest = rest.dropFirst(3)
            isUTC = true
            return true
        }
        let length: Int
        if text.hasPrefix("ChST") || text.hasPrefix("MeST") {
            length = 4
        } else if text.hasPrefix("GMT") {
            length = 3 + signedNumberLength(rest.dropFirst(3))
        } else if text.hasPrefix("+") || text.hasPrefix("-") {
            length = signedNumberLength(rest)
        } else {
            let letters = rest.prefix(6).prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
            let isKnownForm =
                letters.count == 3 || (4...5).contains(letters.count) && letters.last == UInt8(ascii: "T")
                || letters.count == 4 && text.hasPrefix("WITA")
            length = isKnownForm ? letters.count : 0
        }
        guard length > 0 else { return false }
        zoneName = String(decoding: rest.prefix(length), as: UTF8.self)
        rest = rest.dropFirst(length)
        return true
    }

    private func signedNumberLength(_ text: ArraySlice<UInt8>) -> Int {
        guard let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return 0 }
        let digits = text.dropFirst().prefix(while: Self.isDigit)
        guard let number = Int(String(decoding: digits, as: UTF8.self)), number <= 23 else { return 0 }
        return 1 + digits.count
    }

    // MARK: The time

    func moment(in location: Location) -> Moment? {
        guard rest.isEmpty, var civil = date() else { return nil }
        civil.hour = hour
        if let isAfternoon { civil.hour = isAfternoon && hour < 12 ? hour + 12 : !isAfternoon && hour == 12 ? 0 : hour }
        (civil.minute, civil.second) = (minute, second)
        func at(_ seconds: Int, _ location: Location) -> Moment {
            Moment(seconds: seconds, nanoseconds: nanoseconds, location: location)
        }
        if isUTC { return at(civil.seconds, .utc) }
        if let offset {
            let moment = at(civil.seconds - offset, location)
            let isLocal = moment.zone.offset == offset && (zoneName.isEmpty || moment.zone.name == zoneName)
            return isLocal ? moment : moment.shown(in: .fixed(Zone(name: zoneName, offset: offset)))
        }
        if zoneName.isEmpty { return at(location.seconds(of: civil), location) }
        // A known abbreviation of the location gives its offset; Go takes 0 for an unknown one.
        if let known = ([location.first] + location.transitions.map(\.zone)).last(where: { $0.name == zoneName }) {
            return at(civil.seconds - known.offset, location)
        }
        let hours = zoneName.hasPrefix("GMT") ? Int(zoneName.dropFirst(3)) ?? 0 : 0
        return at(
            civil.seconds - hours * 3600,
            Location(name: zoneName, first: Zone(name: zoneName, offset: hours * 3600))
        )
    }

    private func date() -> CivilTime? {
        guard let dayOfYear else {
            let civil = CivilTime(year: year, month: month ?? 1, day: day ?? 1)
            return civil.isReal ? civil : nil
        }
        let civil = CivilTime(seconds: CivilTime(year: year, month: 1, day: 1).seconds + (dayOfYear - 1) * 86_400)
        guard dayOfYear > 0, civil.year == year, month ?? civil.month == civil.month, day ?? civil.day == civil.day
        else {
            return nil
        }
        return CivilTime(year: year, month: civil.month, day: civil.day)
    }
}
