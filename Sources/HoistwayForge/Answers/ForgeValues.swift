import FoundationEssentials
import HoistwayModel

extension Timestamp {
    /// A time in a host's form; `nil`: none, or an unreadable one.
    init?(answer text: String?) {
        guard let text, let moment = Timestamp(tolerant: text) else { return nil }
        self = moment
    }
}

extension ObjectID {
    /// `nil`: none, or not the id of a commit.
    init?(answer text: String?) {
        guard let text, let id = ObjectID(text), !id.isZero else { return nil }
        self = id
    }
}

extension PullRequest {
    /// In characters.
    private static let maxTitle = 500
    /// Git's own limit for a path, in bytes.
    private static let maxBranch = 4096

    /// The pull request with values fit for records and links; `nil`: the answer is not possible.
    var checked: PullRequest? {
        guard number > 0 else { return nil }
        for branch in [sourceBranch, targetBranch] {
            // In Git, no branch has control characters; they would go into requests to Git, messages and logs.
            let isName = branch.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
            guard !branch.isEmpty, branch.utf8.count <= Self.maxBranch, isName else { return nil }
        }
        var checked = self
        checked.title = ForgeBody.cut(title, to: Self.maxTitle)
        return checked
    }
}

/// The bytes of a request's body.
enum ForgeBody {
    static func json(_ value: ConfigValue) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(PlainJSON(value)))
        } catch {
            preconditionFailure("texts, numbers and lists of them can always be written as JSON")
        }
    }

    /// At most this number of characters, with an ellipsis at the end where something is missing.
    static func cut(_ text: String, to limit: Int) -> String {
        text.count <= limit ? text : text.prefix(limit - 1) + "…"
    }

    /// The same for hosts that count in units of UTF-16, as .NET does.
    static func cut(_ text: String, toUnits limit: Int) -> String {
        guard text.utf16.count > limit else { return text }
        var kept = ""
        var left = limit - 1
        for character in text {
            left -= character.utf16.count
            guard left >= 0 else { break }
            kept.append(character)
        }
        return kept + "…"
    }
}
