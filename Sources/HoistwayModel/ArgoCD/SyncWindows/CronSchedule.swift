/// Times that repeat: the five fields of cron, as in Argo CD's parser.
///
/// Source: <https://github.com/robfig/cron> v3, `ParseStandard` without descriptors.
package struct CronSchedule: Sendable, Equatable {
    package struct Problem: Error, Equatable {
        package var text: String
    }

    /// Sorted.
    private var minutes: [Int]
    /// Sorted.
    private var hours: [Int]
    private var days: Set<Int>
    private var months: Set<Int>
    private var weekdays: Set<Int>
    /// Whether the day of the month, or that of the week, is unrestricted.
    private var isAnyDay: Bool
    private var isAnyWeekday: Bool

    /// Long enough for 29 February on each day of the week.
    private static let maxYears = 40
    /// Longest text, in bytes.
    private static let maxBytes = 1024
    /// More than clocks are ever set back, in seconds.
    private static let largestShift: Int64 = 4 * 3600

    /// Refuses a schedule that never occurs, such as 30 February.
    package init(_ text: String) throws(Problem) {
        guard text.utf8.count <= Self.maxBytes else { throw Problem(text: "the schedule is too long") }
        let fields = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard fields.count == 5 else {
            throw Problem(text: "the schedule \(ShownText.quoted(text)) has \(fields.count) fields, not 5")
        }
        minutes = try Self.values(fields[0], 0...59).sorted()
        hours = try Self.values(fields[1], 0...23).sorted()
        days = try Self.values(fields[2], 1...31)
        months = try Self.values(fields[3], 1...12, names: Self.monthNames)
        weekdays = try Self.values(fields[4], 0...6, names: Self.weekdayNames)
        isAnyDay = Self.isAny(fields[2])
        isAnyWeekday = Self.isAny(fields[4])
        let longest = months.map { [2: 29, 4: 30, 6: 30, 9: 30, 11: 30][$0] ?? 31 }.max() ?? 0
        let mayCome = days.contains { $0 <= longest } || !isAnyWeekday && !isAnyDay
        guard mayCome else { throw Problem(text: "the schedule \(ShownText.quoted(text)) never comes") }
    }

    /// The first time after that second; `nil` where there is none within decades.
    package func next(after second: Int64, in zone: ZoneRules) -> Int64? {
        // It starts some hours earlier: clocks that were set back show the same times again.
        let earliest = zone.wall(at: second) - Self.largestShift
        var day = earliest.flooredDay
        let end = day + Int64(Self.maxYears) * 366
        while day < end {
            let date = CivilDate(day: day)
            guard months.contains(date.month) else {
                day = CivilDate.firstDay(after: date)
                continue
            }
            if isOn(date, weekday: CivilDate.weekday(of: day)) {
                for hour in hours where day * 86_400 + Int64(hour + 1) * 3600 > earliest {
                    for minute in minutes {
                        let wall = day * 86_400 + Int64(hour * 3600 + minute * 60)
                        guard wall >= earliest else { continue }
                        let found = zone.second(ofWall: wall)
                        if found > second { return found }
                    }
                }
            }
            day += 1
        }
        return nil
    }

    /// If one of the two is unrestricted, both must match; otherwise one is enough.
    private func isOn(_ date: CivilDate, weekday: Int) -> Bool {
        let (isDay, isWeekday) = (days.contains(date.day), weekdays.contains(weekday))
        return isAnyDay || isAnyWeekday ? isDay && isWeekday : isDay || isWeekday
    }

    // MARK: Reading

    private static let monthNames = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// Only a step of 1 leaves the field unrestricted: `*/2` is a restriction, as in cron.
    private static func isAny(_ field: String) -> Bool {
        field.split(separator: ",").contains { ["*", "?", "*/1", "?/1"].contains($0) }
    }

    private static func values(
        _ field: String,
        _ range: ClosedRange<Int>,
        names: [String] = []
    ) throws(Problem) -> Set<Int> {
        var values: Set<Int> = []
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            values.formUnion(try self.part(String(part), range, names))
        }
        return values
    }

    private static func part(
        _ text: String,
        _ range: ClosedRange<Int>,
        _ names: [String]
    ) throws(Problem) -> some Sequence<Int> {
        let problem = Problem(text: "\(ShownText.quoted(text)) is no field of a schedule")
        func number(_ text: some StringProtocol) -> Int? {
            if let index = names.firstIndex(of: text.lowercased()) { return index + range.lowerBound }
            guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return Int(text)
        }
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count) else { throw problem }
        var (low, high) = (range.lowerBound, range.upperBound)
        if halves[0] != "*" && halves[0] != "?" {
            let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
            guard (1...2).contains(ends.count), let first = number(ends[0]) else { throw problem }
            low = first
            if ends.count == 2 {
                guard let last = number(ends[1]) else { throw problem }
                high = last
            } else if halves.count == 1 {
                high = first
            }
        }
        var step = 1
        if halves.count == 2 {
            guard let given = number(halves[1]), given > 0 else { throw problem }
            step = given
        }
        guard low <= high, range.contains(low), range.contains(high) else { throw problem }
        return stride(from: low, through: high, by: step)
    }
}

/// A day of the calendar.
///
/// Source of the algorithm: <https://howardhinnant.github.io/date_algorithms.html>.
private struct CivilDate {
    var year: Int64
    var month: Int
    var day: Int

    /// - Parameter number: days since 1970-01-01.
    init(day number: Int64) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The first day of the next month.
    static func firstDay(after date: CivilDate) -> Int64 {
        let (year, month) = date.month == 12 ? (date.year + 1, 1) : (date.year, date.month + 1)
        return number(year, month)
    }

    /// The number of the first day of a month, in days since 1970-01-01.
    private static func number(_ year: Int64, _ month: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// 0: Sunday.
    static func weekday(of number: Int64) -> Int { Int(((number + 4) % 7 + 7) % 7) }
}

extension Int64 {
    /// The day that contains this second.
    fileprivate var flooredDay: Int64 { (self >= 0 ? self : self - 86_399) / 86_400 }
}
