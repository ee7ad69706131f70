/// `Retry-After`, as seconds or as a date: <https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>.
package enum RetryAfter {
    /// The longest pause that anybody outside can ask for, in seconds.
    package static let longest: Int64 = 3600

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The pause that is asked for; `nil` where it is neither.
    ///
    /// A date that has passed is a pause of zero; a longer pause than ``longest`` is cut.
    package static func pause(_ text: String, now: Timestamp) -> Duration? {
        let text = text.trimmed()
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            return .seconds(min(Int64(text) ?? longest, longest))
        }
        guard let moment = moment(text) else { return nil }
        let pause = moment - now
        return min(max(pause, .zero), .seconds(longest))
    }

    /// The three forms of a date that HTTP has: <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7>.
    private static func moment(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ").map(String.init)
        let parts: (day: String, month: String, year: String, time: String)
        switch words.count {
        // Sun, 06 Nov 1994 08:49:37 GMT
        case 6 where words[5] == "GMT": parts = (words[1], words[2], words[3], words[4])
        // Sun Nov  6 08:49:37 1994
        case 5: parts = (words[2], words[1], words[4], words[3])
        // Sunday, 06-Nov-94 08:49:37 GMT
        case 4 where words[3] == "GMT":
            let date = words[1].split(separator: "-").map(String.init)
            guard date.count == 3, let year = Int(date[2]), (0...99).contains(year) else { return nil }
            // More than fifty years ahead means the century before; it passes for either here.
            parts = (date[0], date[1], String(year < 70 ? 2000 + year : 1900 + year), words[2])
        default: return nil
        }
        guard let month = months.firstIndex(of: parts.month) else { return nil }
        let day = parts.day.count == 1 ? "0\(parts.day)" : parts.day
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp(rfc3339: "\(parts.year)-\(number)-\(day)T\(parts.time)Z")
    }
}
