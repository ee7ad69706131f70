import FoundationEssentials
import HoistwayModel
import HoistwayPorts

/// The body of a request for one message to a channel.
struct ChannelBody {
    /// Why a message cannot be sent in any form.
    struct Problem: Error {
        let text: String
    }

    /// Longer texts are cut.
    static let maxCharacters = SlackMessage.maxCharacters
    /// Texts above this are cut too: a character may have any number of code points.
    static let maxTextBytes = 4 * maxCharacters
    /// Limit of a structured message, which cannot be cut.
    static let maxBytes = 64 << 10

    let bytes: [UInt8]
    /// In characters; `nil`: the text is complete, or there is no text.
    let cutAt: Int?

    init(_ message: ChannelMessage, format: NotifyTarget.Format, at moment: Timestamp) throws {
        let content: ConfigValue
        switch message.content {
        case .text(let text):
            // Each text begins with the part for people; a long text is mostly a log.
            let kept = Self.beginning(of: text)
            let isLong = kept.utf8.count < text.utf8.count
            cutAt = isLong ? kept.count : nil
            content = .string(isLong ? "\(kept)…" : text)
        case .structure(let entries):
            cutAt = nil
            content = .map(entries)
        }
        let value: ConfigValue =
            switch (format, content) {
            case (.slack, .string(let text)): .map(["text": .string(Self.lines(text))])
            case (.slack, _): content
            case (.generic, _): .map(Self.envelope(message, content, at: moment))
            }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        bytes = Array(try encoder.encode(PlainJSON(value)))
        if case .structure = message.content, bytes.count > Self.maxBytes {
            throw Problem(text: "it has \(bytes.count) bytes as JSON, and \(Self.maxBytes >> 10) KiB are the most")
        }
    }

    /// Not longer than the limit; a character that is too large is left out completely.
    private static func beginning(of text: String) -> Substring {
        var bytes = 0
        return text.prefix(maxCharacters).prefix { character in
            bytes += character.utf8.count
            return bytes <= maxTextBytes
        }
    }

    /// Escaped, with its line breaks.
    private static func lines(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false) { $0.isNewline }
            .map { SlackMessage.escaped(String($0)) }.joined(separator: "\n")
    }

    private static func envelope(
        _ message: ChannelMessage,
        _ content: ConfigValue,
        at moment: Timestamp
    ) -> [String: ConfigValue] {
        [
            "id": .string(message.id), "event": .string("message"), "at": .string(moment.rfc3339),
            "project": .string(message.stage.project), "stage": .string(message.stage.name),
            "promotion": .string(message.promotion.text), "freight": .string(message.freight.text),
            "message": content,
        ]
    }
}
