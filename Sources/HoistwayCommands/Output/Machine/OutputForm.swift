import ArgumentParser
import FoundationEssentials
import HoistwayEdits
import HoistwayModel

/// How a command shows its answer.
enum OutputForm: Sendable, Equatable {
    /// For people.
    case text
    /// For people, with every column and nothing clipped.
    case wide
    /// What the server answered, as it was written.
    case json
    case yaml
    /// One name a line, as other commands take it.
    case name
    case jsonpath(JSONPath)

    static let words = ["text", "wide", "json", "yaml", "name", "jsonpath="]

    init(_ text: String) throws {
        if let path = text.trimming(prefix: "jsonpath=") {
            self = .jsonpath(try JSONPath(path))
            return
        }
        switch text {
        case "text": self = .text
        case "wide": self = .wide
        case "json": self = .json
        case "yaml": self = .yaml
        case "name": self = .name
        default:
            throw ValidationError(
                "there is no output \(SafeText.line(text)): write text, wide, json, yaml, name or jsonpath=TEMPLATE"
            )
        }
    }

    /// Whether people read it.
    var isText: Bool { self == .text || self == .wide }
}

extension String {
    /// What follows the prefix; `nil` where it does not begin with it.
    fileprivate func trimming(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}

/// JSON in other forms.
enum MachineText {
    static func value(ofJSON text: String) throws(CommandFailure) -> ConfigValue {
        do {
            return try JSONDecoder().decode(PlainJSON.self, from: Data(text.utf8)).value
        } catch {
            throw .failed("the answer is not JSON")
        }
    }

    static func yaml(_ value: ConfigValue) -> String { YAMLText.text(of: document(value)) }

    /// One line.
    static func json(_ value: ConfigValue) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // It fails for numbers that JSON has no form for, and those cannot come out of JSON.
        guard let bytes = try? encoder.encode(PlainJSON(value)) else { return "null" }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func document(_ value: ConfigValue) -> DocumentValue {
        switch value {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .number(let number): .number(number)
        case .string(let text): .string(text)
        case .list(let items): .list(items.map(document))
        case .map(let entries):
            .map(entries.sorted { $0.key < $1.key }.map { DocumentValue.Member($0.key, document($0.value)) })
        }
    }
}
