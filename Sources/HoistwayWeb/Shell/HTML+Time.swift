package import HoistwayModel

/// The form of a time.
package enum TimeForm: Sendable {
    /// `3 min ago`, `in 2 h`.
    case age
    /// `2026-11-29 22:53 UTC`.
    case clock
}

extension HTML {
    /// A time: short, with the exact time in a tooltip, and with a value that the script updates.
    package mutating func time(_ time: Timestamp, now: Timestamp, _ form: TimeForm = .age) {
        let exact = Self.clock(time)
        self(
            .time,
            .datetime(time.rfc3339),
            .title(exact),
            .when(form == .age, .data("age")),
            text: form == .age ? Self.age(time, now: now) : exact
        )
    }

    /// `2026-11-29 22:53:19 UTC`.
    static func clock(_ time: Timestamp) -> String {
        // 2026-11-29T22:53:19Z, possibly with a fraction.
        let text = time.rfc3339
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) UTC"
    }

    /// The age in the largest unit that fits; the script writes the same words.
    static func age(_ time: Timestamp, now: Timestamp) -> String {
        let seconds = (now - time).components.seconds
        let words = duration(abs(seconds))
        return abs(seconds) < 5 ? "now" : seconds < 0 ? "in \(words)" : "\(words) ago"
    }

    /// A length of time, in the words of ``duration(_:)``.
    static func taken(from start: Timestamp, to end: Timestamp) -> String {
        let seconds = (end - start).components.seconds
        return seconds < 1 ? "under 1 s" : duration(seconds)
    }

    /// `45 s`, `12 min`, `3 h`, `2 d`.
    static func duration(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}
