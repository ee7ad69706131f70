/// A metric's name with its labels, with only characters that Prometheus accepts.
struct SeriesKey: Hashable, Comparable {
    /// The most bytes of a label's value.
    static let maxValueBytes = 128

    let name: String
    /// `name="value",…`, escaped, without braces; empty for a series without labels.
    let labels: String

    init(label: String, dimensions: [(String, String)]) {
        name = Self.name(label)
        labels = dimensions.sorted { $0.0 < $1.0 }
            .map { "\(Self.name($0.0))=\"\(Self.value($0.1))\"" }
            .joined(separator: ",")
    }

    static func < (left: SeriesKey, right: SeriesKey) -> Bool {
        (left.name, left.labels) < (right.name, right.labels)
    }

    /// `a-z A-Z 0-9 _`, not beginning with a digit: other characters become `_`.
    private static func name(_ text: String) -> String {
        let cleaned = text.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                byte
            default: UInt8(ascii: "_")
            }
        }
        let startsWithDigit = cleaned.first.map { $0 <= UInt8(ascii: "9") } ?? true
        return (startsWithDigit ? "_" : "") + String(decoding: cleaned, as: UTF8.self)
    }

    private static func value(_ text: String) -> String {
        var escaped = ""
        for scalar in String(decoding: text.utf8.prefix(maxValueBytes), as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
