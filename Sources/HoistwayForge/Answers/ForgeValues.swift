import FoundationEssentials
import HoistwayModel

extension Timestamp {
    /// As hosts write moments; `nil`: none, or one that cannot be read.
    init?(answer text: String?) {
        guard let text, let moment = Timestamp(tolerant: text) else { return nil }
        self = moment
    }
}

extension ObjectID {
    /// `nil`: none, or one that is no commit's id.
    init?(answer text: String?) {
        guard let text, let id = ObjectID(text), !id.isZero else { return nil }
        self = id
    }
}

extension PullRequest {
    /// In characters.
    private static let maxTitle = 500
    /// Git's own bound of a path, in bytes.
    private static let maxBranch = 4096

    /// Fit for records and links; `nil`: the host tells what cannot be.
    var checked: PullRequest? {
        guard number > 0 else { return nil }
        for branch in [sourceBranch, targetBranch] {
            // Git has no branch with control characters; they would go into requests to it, messages and logs.
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

    /// At most so many characters, with an ellipsis at the end where something is missing.
    static func cut(_ text: String, to limit: Int) -> String {
        text.count <= limit ? text : text.prefix(limit - 1) + "…"
    }

    /// The same for hosts that count as .NET does, in units of UTF-16.
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
