/// What users read about one key of a configuration or a manifest, and what editors know about it.
///
/// The reference pages, `hoistway explain` and `hoistway schema` are made from such values; tests compare them with the
/// readers.
package struct ReferenceKey: Sendable, Equatable {
    /// From the document's root, as `webhooks.receivers[].name`: `[]` means each item of a list, `NAME` means any name.
    package let path: String
    package let type: ReferenceType
    package let isRequired: Bool
    /// As it is shown, in Markdown; `nil`: an absent key has no value.
    package let defaultText: String?
    /// In Markdown; empty: the key's name is enough.
    package let meaning: String

    init(
        _ path: String,
        _ type: ReferenceType,
        isRequired: Bool = false,
        default defaultText: String? = nil,
        _ meaning: String
    ) {
        self.path = path
        self.type = type
        self.isRequired = isRequired
        self.defaultText = defaultText
        self.meaning = meaning
    }

    /// The same key below another path.
    func below(_ prefix: String) -> ReferenceKey {
        ReferenceKey(prefix + path, type, isRequired: isRequired, default: defaultText, meaning)
    }
}

/// The type of a value.
package enum ReferenceType: Sendable, Equatable {
    case text
    /// The path of a file or a folder.
    case path
    case flag
    case wholeNumber(ClosedRange<Int>)
    /// A number of bytes, or one with KiB, MiB or GiB.
    case bytes
    /// In Go's form.
    case duration
    /// In RFC 3339's form.
    case time
    /// Without `${{ }}` around it.
    case expression
    case choice([String])
    /// A list of such words.
    case choices([String])
    case texts
    /// One text, or a list of them.
    case textOrTexts
    /// The word `all`, or a list of texts.
    case allOrTexts
    /// Texts by key.
    case textMap(by: String)
    /// Lists of texts by name.
    case textLists
    /// With the keys below it.
    case mapping
    /// A text, or a mapping with the keys below it.
    case textOrMapping
    /// A list of mappings with the keys below it, or of any values where there are no keys.
    case items(of: String?, atLeast: Int)
    /// A list of texts, or of mappings with the keys below it.
    case textsOrMappings
    case any

    static let list = ReferenceType.items(of: nil, atLeast: 0)

    static func list(of what: String? = nil, atLeast least: Int = 0) -> ReferenceType {
        .items(of: what, atLeast: least)
    }

    static func choice<Choice: RawRepresentable & CaseIterable>(of type: Choice.Type) -> ReferenceType
    where Choice.RawValue == String {
        .choice(Choice.allCases.map(\.rawValue))
    }

    static func choices<Choice: RawRepresentable & CaseIterable>(of type: Choice.Type) -> ReferenceType
    where Choice.RawValue == String {
        .choices(Choice.allCases.map(\.rawValue))
    }

    /// For people.
    package var shown: String {
        switch self {
        case .text: "text"
        case .path: "path"
        case .flag: "true or false"
        case .wholeNumber(let range):
            range.upperBound == Int.max
                ? "whole number, \(range.lowerBound) at least"
                : "whole number from \(range.lowerBound) to \(range.upperBound)"
        case .bytes: "number of bytes, such as 512 KiB"
        case .duration: "duration, such as 90s or 1h30m"
        case .time: "time, such as 2026-01-31T00:00:00Z"
        case .expression: "expression"
        case .choice(let words): "one of " + words.joined(separator: ", ")
        case .choices(let words): "list of " + words.joined(separator: ", ")
        case .texts: "list of texts"
        case .textOrTexts: "text, or list of texts"
        case .allOrTexts: "list of texts, or the word all"
        case .textMap(let what): "texts by \(what)"
        case .textLists: "lists of texts by name"
        case .mapping: "mapping"
        case .textOrMapping: "text or mapping"
        case .items(let what, let least):
            (what.map { "list of \($0)" } ?? "list") + (least > 0 ? ", \(least) at least" : "")
        case .textsOrMappings: "list of texts or mappings"
        case .any: "anything"
        }
    }
}
