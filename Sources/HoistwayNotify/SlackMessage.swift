import FoundationEssentials
import HoistwayModel

/// The form of Slack's incoming webhooks: one text, where values from payloads cannot be markup.
struct SlackMessage: Encodable {
    /// Slack cuts texts at 40 000 characters and shows far fewer.
    static let maxCharacters = 3000

    var text: String

    init(_ text: NoticeText) {
        var lines = ["*\(Self.escaped(text.title))*"]
        lines += text.facts.map { "\($0.0): \(Self.escaped($0.1))" }
        lines.append(Self.escaped(text.occurrence.reason))
        if let next = text.occurrence.next { lines.append("Next: \(Self.escaped(next))") }
        if let link = text.link { lines.append("<\(Self.escaped(link))>") }
        self.text = String(lines.filter { !$0.isEmpty }.joined(separator: "\n").prefix(Self.maxCharacters))
    }

    /// Slack's own markup consists of `&`, `<` and `>`: links, `<!channel>`, `<@user>`.
    ///
    /// A zero-width space after `@` keeps compatible servers from notifying everybody; in the same way `[` and `]` are
    /// no Markdown links there. <https://docs.slack.dev/messaging/formatting-message-text>
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "@": escaped += "@\u{200B}"
            case "]": escaped += "]\u{200B}"
            case "\n", "\r", "\u{2028}", "\u{2029}": escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    var bytes: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Array(try encoder.encode(self))
        }
    }
}
