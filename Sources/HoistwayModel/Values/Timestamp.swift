/// A moment in UTC, in microseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Hashable, Sendable, Comparable, Codable {
    package var microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package init(seconds: Int64) {
        self.microseconds = seconds * 1_000_000
    }

    /// Whole seconds since 1970, rounded down.
    package var seconds: Int64 {
        microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// Reads both formats of ``encode(to:)``.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int64.self) {  // no number: then it is text, or the error is thrown below
            microseconds = number
            return
        }
        guard let stamp = Timestamp(rfc3339: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 timestamp")
        }
        self = stamp
    }

    /// A number for the store, text for people: see ``readable``.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let readable = Self.readable, encoder.userInfo[readable] as? Bool == true {
            try container.encode(rfc3339)
        } else {
            try container.encode(microseconds)
        }
    }
}

extension Timestamp {
    package static func + (left: Timestamp, right: Duration) -> Timestamp {
        let parts = right.components
        return Timestamp(
            microseconds: left.microseconds + parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000
        )
    }

    package static func - (left: Timestamp, right: Timestamp) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }
}
