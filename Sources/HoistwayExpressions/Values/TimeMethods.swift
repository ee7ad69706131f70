/// Methods of Go's `time.Time` and `time.Duration`.
enum TimeMethods {
    static let ofTimes: [String: Method] = [
        "Add": time([.duration], .time) { Value(.time($0.adding($1[0].nanoseconds))) },
        "AddDate": time([.int, .int, .int], .time) { moment, arguments in
            let numbers = arguments.map { $0.truncated ?? 0 }
            let civil = moment.civil.adding(years: numbers[0], months: numbers[1], days: numbers[2])
            return Value(.time(moment.at(moment.location.seconds(of: civil))))
        },
        "After": comparison { $1.isBefore($0) },
        "Before": comparison { $0.isBefore($1) },
        "Equal": comparison { $0 == $1 },
        "Compare": time([.time], .int) { moment, arguments in
            guard let other = arguments[0].moment else { return .null }
            return .int(moment == other ? 0 : moment.isBefore(other) ? -1 : 1)
        },
        "Sub": time([.time], .duration) { moment, arguments in
            arguments[0].moment.map { Value(.duration(moment.since($0))) } ?? .null
        },
        "Format": time([.string], .string) { .string(GoLayout.format($0, $1[0].text?.string ?? "")) },
        "In": time([.zone], .time) { moment, arguments in
            guard case .zone(let location) = arguments[0].content else { return .null }
            return Value(.time(moment.shown(in: location)))
        },
        "UTC": time([], .time) { moment, _ in Value(.time(moment.shown(in: .utc))) },
        // The program does not reveal the local time of its machine.
        "Local": time([], .time) { moment, _ in Value(.time(moment.shown(in: .utc))) },
        "Location": time([], .zone) { moment, _ in Value(.zone(moment.location)) },
        "String": time([], .string) { moment, _ in .text(Value(.time(moment)).goText) },
        "IsZero": time([], .bool) { moment, _ in .bool(moment == .zero) },
        "Unix": number { $0.seconds },
        "UnixMilli": number { $0.seconds &* 1000 &+ $0.nanoseconds / 1_000_000 },
        "UnixMicro": number { $0.seconds &* 1_000_000 &+ $0.nanoseconds / 1000 },
        "UnixNano": number { $0.seconds &* 1_000_000_000 &+ $0.nanoseconds },
        "Nanosecond": number { $0.nanoseconds },
        "Second": number { $0.civil.second },
        "Minute": number { $0.civil.minute },
        "Hour": number { $0.civil.hour },
        "Day": number { $0.civil.day },
        "Year": number { $0.civil.year },
        "YearDay": number { $0.civil.dayOfYear },
        "ISOWeek": number { $0.civil.isoYear },  // ⚠ Go gives year and week; expr-lang keeps the first
        "Month": time([], .month) { moment, _ in
            Value(.calendar(CalendarNumber(kind: .month, number: moment.civil.month)))
        },
        "Weekday": time([], .weekday) { moment, _ in
            Value(.calendar(CalendarNumber(kind: .weekday, number: moment.civil.weekday)))
        },
        "Truncate": time([.duration], .time) { Value(.time($0.adding(-$0.rest(of: $1[0].nanoseconds)))) },
        "Round": time([.duration], .time) { moment, arguments in
            let unit = arguments[0].nanoseconds
            let rest = moment.rest(of: unit)
            return Value(.time(moment.adding(rest < unit - rest ? -rest : unit - rest)))
        },
    ]

    static let ofDurations: [String: Method] = [
        "Hours": ratio(3_600_000_000_000),
        "Minutes": ratio(60_000_000_000),
        "Seconds": ratio(1_000_000_000),
        "Milliseconds": Method([], .int) { value, _ in .int(value.nanoseconds / 1_000_000) },
        "Microseconds": Method([], .int) { value, _ in .int(value.nanoseconds / 1000) },
        "Nanoseconds": Method([], .int) { value, _ in .int(value.nanoseconds) },
        "String": Method([], .string) { value, _ in .text(value.goText) },
        "Abs": Method([], .duration) { value, _ in
            Value(.duration(value.nanoseconds == .min ? .max : abs(value.nanoseconds)))
        },
        "Truncate": Method([.duration], .duration) { value, arguments in
            let unit = arguments[0].nanoseconds
            return Value(.duration(unit <= 0 ? value.nanoseconds : value.nanoseconds - value.nanoseconds % unit))
        },
        "Round": Method([.duration], .duration) { value, arguments in
            Value(.duration(rounded(value.nanoseconds, to: arguments[0].nanoseconds)))
        },
    ]

    private static func time(
        _ parameters: [Nature],
        _ result: Nature,
        _ read: @escaping @Sendable (Moment, [Value]) -> Value
    ) -> Method {
        Method(parameters, result) { value, arguments in value.moment.map { read($0, arguments) } ?? .null }
    }

    private static func number(_ read: @escaping @Sendable (Moment) -> Int) -> Method {
        time([], .int) { moment, _ in .int(read(moment)) }
    }

    private static func comparison(_ compare: @escaping @Sendable (Moment, Moment) -> Bool) -> Method {
        time([.time], .bool) { moment, arguments in
            .bool(arguments[0].moment.map { compare(moment, $0) } ?? false)
        }
    }

    /// Whole units and the rest become floats separately, as in Go.
    private static func ratio(_ unit: Int) -> Method {
        Method([], .float) { value, _ in
            .double(Double(value.nanoseconds / unit) + Double(value.nanoseconds % unit) / Double(unit))
        }
    }

    /// Halves are rounded away from zero; a result out of range is the largest or smallest duration.
    private static func rounded(_ duration: Int, to unit: Int) -> Int {
        guard unit > 0 else { return duration }
        let rest = duration % unit
        let size = rest.magnitude
        if size < UInt(unit) - size { return duration - rest }
        let (sum, overflow) = (duration - rest).addingReportingOverflow(duration < 0 ? -unit : unit)
        return overflow ? (duration < 0 ? .min : .max) : sum
    }
}

extension Value {
    fileprivate var moment: Moment? {
        guard case .time(let moment) = content else { return nil }
        return moment
    }

    /// The nanoseconds of a duration.
    fileprivate var nanoseconds: Int {
        guard case .duration(let number) = content else { return 0 }
        return number
    }
}

extension Moment {
    /// Go's zero time: the first second of the year 1.
    static let zero = Moment(seconds: -62_135_596_800)

    fileprivate func at(_ seconds: Int) -> Moment {
        Moment(seconds: seconds, nanoseconds: nanoseconds, location: location)
    }

    /// The remainder of the time since Go's zero time, divided by the unit, in nanoseconds; 0 where the unit is not
    /// positive.
    fileprivate func rest(of unit: Int) -> Int {
        guard unit > 0 else { return 0 }
        let since = Int128(seconds - Moment.zero.seconds) * 1_000_000_000 + Int128(nanoseconds)
        let rest = since % Int128(unit)
        return Int(rest < 0 ? rest + Int128(unit) : rest)
    }
}

extension CivilTime {
    /// Extra months and days continue in the next year or month, as in Go's `AddDate`.
    fileprivate func adding(years: Int, months: Int, days: Int) -> CivilTime {
        let month = (self.month - 1) &+ months
        let carry = CivilTime.floorDivide(month, 12)
        var civil = self
        civil.year = year &+ years &+ carry
        civil.month = month &- carry &* 12 + 1
        civil.day = day &+ days
        return civil
    }

    /// The year of the ISO week: that of its Thursday.
    fileprivate var isoYear: Int {
        let thursday = seconds + (3 - (weekday + 6) % 7) * 86_400
        return CivilTime(seconds: thursday).year
    }
}
