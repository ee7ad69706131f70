package import HoistwayModel

/// A time, and the location whose local time it is shown in.
package struct Moment: Sendable, Hashable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package var seconds: Int
    /// 0 to 999,999,999.
    package var nanoseconds: Int
    package var location: Location

    package init(seconds: Int, nanoseconds: Int = 0, location: Location = .utc) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
        self.location = location
    }

    package init(_ timestamp: Timestamp) {
        let (seconds, rest) = timestamp.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let carry: Int64 = rest < 0 ? 1 : 0
        self.init(seconds: Int(seconds - carry), nanoseconds: Int(rest + carry * 1_000_000) * 1000)
    }

    package static func == (left: Moment, right: Moment) -> Bool {
        left.seconds == right.seconds && left.nanoseconds == right.nanoseconds
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(seconds)
        hasher.combine(nanoseconds)
    }

    func isBefore(_ other: Moment) -> Bool { (seconds, nanoseconds) < (other.seconds, other.nanoseconds) }

    /// - Parameter duration: in nanoseconds.
    func adding(_ duration: Int) -> Moment {
        let total = nanoseconds + duration % 1_000_000_000
        let carry = total < 0 ? -1 : total / 1_000_000_000
        return Moment(
            seconds: seconds &+ duration / 1_000_000_000 &+ carry,
            nanoseconds: total - carry * 1_000_000_000,
            location: location
        )
    }

    /// In nanoseconds; limited to the range of 64 bits.
    func since(_ other: Moment) -> Int {
        let (product, overflow) = (seconds &- other.seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, again) = product.addingReportingOverflow(nanoseconds - other.nanoseconds)
        return overflow || again ? (isBefore(other) ? Int.min : Int.max) : sum
    }

    func shown(in location: Location) -> Moment {
        Moment(seconds: seconds, nanoseconds: nanoseconds, location: location)
    }

    var zone: Zone { location.zone(at: seconds) }

    var civil: CivilTime { CivilTime(seconds: seconds &+ zone.offset) }
}

/// The local time of a location during some period.
package struct Zone: Sendable, Equatable {
    /// A name such as `CET`; empty where only the offset is known.
    package var name: String
    /// In seconds, positive east of Greenwich.
    package var offset: Int

    package static let utc = Zone(name: "UTC", offset: 0)

    package init(name: String, offset: Int) {
        self.name = name
        self.offset = offset
    }
}

/// A location of the time zone database, or a fixed offset.
package struct Location: Sendable, Equatable {
    package struct Transition: Sendable, Equatable {
        /// The zone applies from this second.
        package var start: Int
        package var zone: Zone

        package init(start: Int, zone: Zone) {
            self.start = start
            self.zone = zone
        }
    }

    package var name: String
    /// The zone before the first transition.
    package var first: Zone
    /// In ascending order.
    package var transitions: [Transition]

    package static let utc = Location(name: "UTC", first: .utc)

    package init(name: String, first: Zone, transitions: [Transition] = []) {
        self.name = name
        self.first = first
        self.transitions = transitions
    }

    static func fixed(_ zone: Zone) -> Location {
        zone.offset == 0 && (zone.name.isEmpty || zone.name == "UTC") ? .utc : Location(name: zone.name, first: zone)
    }

    /// The local time's offset from UTC, in seconds.
    package func offset(at seconds: Int) -> Int { zone(at: seconds).offset }

    func zone(at seconds: Int) -> Zone {
        let index = indexBehind(seconds)
        return index == 0 ? first : transitions[index - 1].zone
    }

    /// The first transition after that second.
    private func indexBehind(_ seconds: Int) -> Int {
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].start <= seconds { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The second of a local time; where the local time occurs twice or never, Go's choice.
    func seconds(of civil: CivilTime) -> Int {
        let shown = civil.seconds
        let index = indexBehind(shown)
        let guess = index == 0 ? first : transitions[index - 1].zone
        let start = index == 0 ? Int.min : transitions[index - 1].start
        let end = index < transitions.count ? transitions[index].start : Int.max
        let candidate = shown - guess.offset
        if candidate >= start, candidate < end { return candidate }
        return shown - zone(at: candidate).offset
    }
}

/// `time.Month` or `time.Weekday`.
package struct CalendarNumber: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case month = "time.Month"
        case weekday = "time.Weekday"
    }

    package var kind: Kind
    package var number: Int

    var name: String {
        switch kind {
        case .month: (1...12).contains(number) ? CivilTime.months[number - 1] : "%!Month(\(number))"
        case .weekday: (0...6).contains(number) ? CivilTime.weekdays[number] : "%!Weekday(\(number))"
        }
    }
}

/// A date and time of the proleptic Gregorian calendar.
struct CivilTime: Sendable, Equatable {
    var year: Int
    /// From 1.
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int

    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// Source of the algorithm: <https://howardhinnant.github.io/date_algorithms.html>.
    init(seconds: Int) {
        let days = Self.floorDivide(seconds, 86_400)
        let rest = seconds - days * 86_400
        let shifted = days + 719_468
        let era = Self.floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
    }

    static func floorDivide(_ number: Int, _ by: Int) -> Int {
        number >= 0 ? number / by : -((by - 1 - number) / by)
    }

    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The second, with the fields taken as UTC.
    var seconds: Int { Self.days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second }

    /// 0 is Sunday.
    var weekday: Int {
        let days = Self.days(year, month, day) + 4
        return days - Self.floorDivide(days, 7) * 7
    }

    var dayOfYear: Int { Self.days(year, month, day) - Self.days(year, 1, 1) + 1 }

    var isReal: Bool {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...12).contains(month) && (1...lengths[month - 1]).contains(day) && (0..<24).contains(hour)
            && (0..<60).contains(minute) && (0..<60).contains(second)
    }
}
