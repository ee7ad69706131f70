/// Reads a file of the time zone database: <https://www.rfc-editor.org/rfc/rfc8536>.
package enum TimeZoneFile {
    /// Largest file, in bytes; real files have a few thousand.
    package static let maxBytes = 1 << 20
    /// Rules are applied up to this year.
    private static let lastYear = 2100

    /// - Returns: `nil` where the bytes are not such a file.
    package static func location(named name: String, _ bytes: [UInt8]) -> Location? {
        guard bytes.count <= maxBytes, var block = Block(bytes, at: 0, width: 4) else { return nil }
        var rules: PosixRules?
        if bytes[4] >= UInt8(ascii: "2") {
            guard let second = Block(bytes, at: block.end, width: 8) else { return nil }
            block = second
            let footer = bytes[block.end...].dropFirst().prefix { $0 != UInt8(ascii: "\n") }
            rules = PosixRules(String(decoding: footer, as: UTF8.self))
        }
        guard let first = block.zones.first(where: { !$0.isSummer }) ?? block.zones.first else { return nil }
        var transitions = block.transitions
        if let rules {
            let last = transitions.last?.start ?? .min
            let year = transitions.isEmpty ? 1970 : CivilTime(seconds: last).year
            for year in year...max(year, lastYear) {
                transitions += rules.transitions(in: year).filter { $0.start > last }
            }
        }
        return Location(name: name, first: first.zone, transitions: transitions)
    }

    private struct Block {
        var zones: [(zone: Zone, isSummer: Bool)] = []
        var transitions: [Location.Transition] = []
        var end: Int

        /// - Parameter width: the size of a time, in bytes.
        init?(_ bytes: [UInt8], at start: Int, width: Int) {
            guard bytes.count >= start + 44, bytes[start..<start + 4].elementsEqual("TZif".utf8) else { return nil }
            func number(_ place: Int, _ width: Int) -> Int {
                var value = bytes[place] >= 0x80 ? -1 : 0
                for byte in bytes[place..<place + width] { value = value << 8 | Int(byte) }
                return value
            }
            let counts = (0..<6).map { number(start + 20 + 4 * $0, 4) }
            guard counts.allSatisfy({ $0 >= 0 && $0 <= bytes.count }) else { return nil }
            let (leaps, times, types, letters) = (counts[2], counts[3], counts[4], counts[5])
            let indices = start + 44 + times * width
            let typesStart = indices + times
            let lettersStart = typesStart + types * 6
            end = lettersStart + letters + leaps * (width + 4) + counts[1] + counts[0]
            guard end <= bytes.count else { return nil }
            for index in 0..<types {
                let place = typesStart + index * 6
                let name = lettersStart + Int(bytes[place + 5])
                guard name < lettersStart + letters else { return nil }
                let text = bytes[name..<lettersStart + letters].prefix { $0 != 0 }
                let zone = Zone(name: String(decoding: text, as: UTF8.self), offset: number(place, 4))
                zones.append((zone, bytes[place + 4] != 0))
            }
            for index in 0..<times {
                let type = Int(bytes[indices + index])
                guard type < zones.count else { return nil }
                let second = number(start + 44 + index * width, width)
                transitions.append(Location.Transition(start: second, zone: zones[type].zone))
            }
        }
    }
}

/// The rule for clock changes in all later years, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
private struct PosixRules {
    private struct Change {
        /// `M`: month, week and day of the week; `J` and `0`: day of the year.
        var form: Character
        var numbers: [Int]
        /// In seconds of the local time before the change.
        var time = 7200

        /// The second of the change, with the local time taken as UTC.
        func second(in year: Int) -> Int {
            let start = CivilTime(year: year, month: 1, day: 1)
            switch form {
            case "M":
                let first = CivilTime(year: year, month: numbers[0], day: 1)
                var day = 1 + (numbers[2] - first.weekday + 7) % 7 + (numbers[1] - 1) * 7
                while !CivilTime(year: year, month: numbers[0], day: day).isReal { day -= 7 }
                return CivilTime(year: year, month: numbers[0], day: day).seconds + time
            case "J":
                let isLeap = CivilTime(year: year, month: 2, day: 29).isReal
                return start.seconds + (numbers[0] - (isLeap && numbers[0] > 59 ? 0 : 1)) * 86_400 + time
            default: return start.seconds + numbers[0] * 86_400 + time
            }
        }
    }

    private let standard: Zone
    private let summer: Zone
    private let begin: Change
    private let finish: Change

    /// `nil` also where clocks do not change.
    init?(_ text: String) {
        let parts = text.split(separator: ",")
        guard parts.count == 3, let begin = Self.change(parts[1]), let finish = Self.change(parts[2]) else {
            return nil
        }
        var rest = parts[0]
        guard let standard = Self.zone(&rest, default: nil),
            let summer = Self.zone(&rest, default: standard.offset + 3600), rest.isEmpty
        else { return nil }
        (self.standard, self.summer, self.begin, self.finish) = (standard, summer, begin, finish)
    }

    func transitions(in year: Int) -> [Location.Transition] {
        [
            Location.Transition(start: begin.second(in: year) - standard.offset, zone: summer),
            Location.Transition(start: finish.second(in: year) - summer.offset, zone: standard),
        ].sorted { $0.start < $1.start }
    }

    private static func zone(_ rest: inout Substring, default offset: Int?) -> Zone? {
        let name: Substring
        if rest.hasPrefix("<") {
            name = rest.dropFirst().prefix { $0 != ">" }
            rest = rest.dropFirst(name.count + 2)
        } else {
            name = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(name.count)
        }
        let digits = rest.prefix { "+-:0123456789".contains($0) }
        rest = rest.dropFirst(digits.count)
        guard !name.isEmpty, let seconds = digits.isEmpty ? offset.map({ -$0 }) : seconds(digits) else { return nil }
        return Zone(name: String(name), offset: -seconds)
    }

    /// `[+-]hh[:mm[:ss]]`.
    private static func seconds(_ text: Substring) -> Int? {
        let unsigned = text.first == "-" || text.first == "+" ? text.dropFirst() : text
        let parts = unsigned.split(separator: ":").map { Int($0) }
        guard (1...3).contains(parts.count), !parts.contains(where: { $0 == nil || $0 ?? 0 > 167 }) else { return nil }
        let seconds = zip(parts, [3600, 60, 1]).reduce(0) { $0 + ($1.0 ?? 0) * $1.1 }
        return text.first == "-" ? -seconds : seconds
    }

    private static func change(_ text: Substring) -> Change? {
        let halves = text.split(separator: "/", maxSplits: 1)
        guard let rule = halves.first, let form = rule.first else { return nil }
        let numbers = (form.isNumber ? rule : rule.dropFirst()).split(separator: ".").compactMap { Int($0) }
        switch form {
        case "M":
            guard numbers.count == 3, (1...12).contains(numbers[0]), (1...5).contains(numbers[1]),
                (0...6).contains(numbers[2])
            else { return nil }
        default:
            guard numbers.count == 1, (0...366).contains(numbers[0]) else { return nil }
        }
        var change = Change(form: form.isNumber ? "0" : form, numbers: numbers)
        if halves.count == 2 {
            guard let time = seconds(halves[1]) else { return nil }
            change.time = time
        }
        return change
    }
}
