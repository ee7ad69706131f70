import FoundationEssentials
import HoistwayModel

/// What Slack's incoming webhooks take: one text, in which nothing out of a payload can be more than text.
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

    /// `&`, `<` and `>` are what Slack's own marks are made of: links, `<!channel>`, `<@user>`.
    ///
    /// A zero-width space behind `@` keeps servers that imitate Slack from calling everybody; `[` and `]` lose their
    /// meaning as Markdown's links there in the same way. <https://docs.slack.dev/messaging/formatting-message-text>
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
