import HoistwayModel

/// Short reasons for ignoring authentic events.
enum Reason {
    /// `event_watch`; a name that is not a simple word is not repeated.
    static func event(_ name: String) -> String { "event_\(word(name))" }

    static func action(_ name: String?) -> String { "action_\(name.map(word) ?? "none")" }

    static func refName(_ problem: GitRefName.Problem) -> String { "ref_name: \(problem.rawValue)" }

    static let otherRef = "ref_other"
    static let draft = "draft_release"
    static let companion = "companion_tag"
    static let noImage = "not_an_image"
    static let noTagNoDigest = "no_tag_no_digest"
    static let noHost = "no_host"

    static func word(_ text: String) -> String {
        let isWord =
            !text.isEmpty && text.utf8.count <= 64
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.- :".contains($0)) }
        return isWord ? text : "unknown"
    }
}
