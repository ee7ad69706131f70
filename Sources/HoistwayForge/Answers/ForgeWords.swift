import FoundationEssentials
import HoistwayModel

/// A host's own message of a refusal, in the forms that the hosts document.
///
/// Anybody may have written it: it is shortened, and has no control characters.
enum ForgeWords {
    /// In Unicode scalars.
    private static let maxText = 400
    private static let maxParts = 5
    /// Read from an answer, in bytes.
    private static let maxBody = 64 * 1024

    /// Empty where the answer is not JSON, or has no message: a page for browsers does not help.
    static func read(_ body: [UInt8]) -> String {
        guard body.count <= maxBody, let value = try? JSONDecoder().decode(PlainJSON.self, from: Data(body)).value
        else { return "" }
        var parts: [String] = []
        for key in ["message", "error", "error_description", "errors", "detail"] {
            if let part = value[key] { collect(part, into: &parts) }
        }
        var seen: Set<String> = []
        let kept = parts.filter { !$0.isEmpty && seen.insert($0).inserted }
        return shown(kept.prefix(maxParts).joined(separator: "; "))
    }

    /// Collects texts, lists of texts, and objects with a message, in all levels that hosts use.
    private static func collect(_ value: ConfigValue, into parts: inout [String], depth: Int = 0) {
        guard depth < 4, parts.count <= maxParts else { return }
        switch value {
        case .string(let text): parts.append(text)
        case .list(let items): for item in items.prefix(maxParts) { collect(item, into: &parts, depth: depth + 1) }
        case .map(let members):
            let known = ["message", "detail", "error"].compactMap { members[$0] }
            if !known.isEmpty {
                for part in known { collect(part, into: &parts, depth: depth + 1) }
            } else if let field = members["field"]?.string, let code = members["code"]?.string {
                // GitHub: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
                parts.append("\(field): \(code)")
            } else {
                // GitLab: {"base": ["…"]}.
                for (_, part) in members.sorted(by: { $0.key < $1.key }).prefix(maxParts) {
                    collect(part, into: &parts, depth: depth + 1)
                }
            }
        case .null, .bool, .number: break
        }
    }

    /// Shortened, on one line, and without control characters.
    static func shown(_ text: String) -> String {
        let cut = text.unicodeScalars.prefix(maxText)
        var shown = ""
        for scalar in cut {
            switch scalar.properties.generalCategory {
            case .control where scalar == "\n" || scalar == "\r" || scalar == "\t": shown += " "
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return cut.endIndex < text.unicodeScalars.endIndex ? shown + "…" : shown
    }
}
