/// The allowed forms of a JSON value: for the OpenAPI document, and for checking requests.
package indirect enum Shape: Sendable, Equatable {
    case text(Text)
    case integer(ClosedRange<Int64>)
    case number
    case boolean
    /// Only `true`.
    case yes
    case list(Shape, count: ClosedRange<Int>?)
    /// Any keys.
    case map(Shape)
    case object(Fields)
    /// A component that is defined once in the document.
    case named(String)
    case any

    package struct Text: Sendable, Equatable {
        /// In characters; `nil`: any length.
        package var count: ClosedRange<Int>?
        /// A regular expression that the whole text must match.
        package var pattern: Pattern?
        /// OpenAPI's name for it: `date-time`.
        package var format: String?
        /// Only these values.
        package var values: [String]?

        /// Patterns for texts in requests; each has a function that checks it.
        package enum Pattern: String, Sendable, CaseIterable {
            /// Forty lower-case hexadecimal digits.
            case objectID = "^[0-9a-f]{40}$"
            /// Characters that are allowed in paths, logs and commits.
            case tokenName = "^[A-Za-z0-9._-]{1,64}$"
            /// At least one visible character.
            case notBlank = "[!-~]"
            /// Visible ASCII characters.
            case visible = "^[!-~]+$"
            /// For cursors: the alphabet of base64 for URLs.
            case cursor = "^[A-Za-z0-9_-]+$"
        }
    }

    package struct Fields: Sendable, Equatable {
        package var fields: [Field]
        /// Exactly one of these keys must exist; empty: no such rule.
        package var exactlyOne: [String] = []
        /// Whether other keys are an error, as in the bodies of requests.
        package var isClosed = false
    }

    package struct Field: Sendable, Equatable {
        package var name: String
        package var shape: Shape
        package var isRequired: Bool
        package var summary: String?
    }

    /// Text with this number of characters.
    static func text(_ count: ClosedRange<Int>) -> Shape { .text(Text(count: count)) }
    static func pattern(_ pattern: Text.Pattern, _ count: ClosedRange<Int>? = nil) -> Shape {
        .text(Text(count: count, pattern: pattern))
    }
    static func values(_ values: [String]) -> Shape { .text(Text(values: values)) }
    static let time = Shape.text(Text(format: "date-time"))
}

extension Shape.Text.Pattern {
    func matches(_ text: String) -> Bool {
        switch self {
        case .objectID: text.utf8.count == 40 && text.utf8.allSatisfy(Self.isLowerHex)
        case .tokenName: (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(Self.isOfNames)
        case .notBlank: text.utf8.contains { (0x21...0x7E).contains($0) }
        case .visible: text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        case .cursor: text.utf8.allSatisfy { Self.isOfNames($0) && $0 != UInt8(ascii: ".") }
        }
    }

    private static func isLowerHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func isOfNames(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
