/// `Retry-After`, as seconds or as a date: <https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>.
package enum RetryAfter {
    /// The longest pause that another system can request, in seconds.
    package static let longest: Int64 = 3600

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The requested pause; `nil` where the text is neither seconds nor a date.
    ///
    /// A past date is a pause of zero; a pause longer than ``longest`` is shortened to it.
    package static func pause(_ text: String, now: Timestamp) -> Duration? {
        let text = text.trimmed()
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            return .seconds(min(Int64(text) ?? longest, longest))
        }
        guard let moment = moment(text) else { return nil }
        let pause = moment - now
        return min(max(pause, .zero), .seconds(longest))
    }

    /// The three formats of a date in HTTP: <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7>.
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
            // HTTP reads a year more than fifty years ahead as one of the previous century; here both give a past date.
            parts = (date[0], date[1], String(year < 70 ? 2000 + year : 1900 + year), words[2])
        default: return nil
        }
        guard let month = months.firstIndex(of: parts.month) else { return nil }
        let day = parts.day.count == 1 ? "0\(parts.day)" : parts.day
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp(rfc3339: "\(parts.year)-\(number)-\(day)T\(parts.time)Z")
    }
}
