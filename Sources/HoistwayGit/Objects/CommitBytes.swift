import HoistwayModel
import HoistwayPorts

/// A commit object's content: header lines, an empty line, the message.
enum CommitBytes {
    /// Reads the needed headers; others (signatures, encodings) are skipped.
    ///
    /// `nil` where it is not a commit.
    static func record(_ bytes: [UInt8], id: ObjectID) -> CommitRecord? {
        var tree: ObjectID?
        var parents: [ObjectID] = []
        var author: Substring?
        var committer: Substring?
        var position = 0
        while position < bytes.count {
            let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let line = String(decoding: bytes[position..<end], as: UTF8.self)
            position = end + 1
            if line.isEmpty { break }
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "tree": tree = tree ?? ObjectID(parts[1])
            case "parent": if let parent = ObjectID(parts[1]) { parents.append(parent) }
            case "author": author = author ?? parts[1]
            case "committer": committer = committer ?? parts[1]
            default: continue
            }
        }
        guard let tree, let committer else { return nil }
        let (person, time) = signature(committer)
        return CommitRecord(
            id: id,
            tree: tree,
            parents: parents,
            author: signature(author ?? committer).person,
            committer: person,
            committedAt: time,
            message: String(decoding: bytes[min(position, bytes.count)...], as: UTF8.self)
        )
    }

    /// The content of a new commit; its author is its committer too.
    ///
    /// Times are whole seconds in UTC.
    static func make(_ draft: CommitDraft) -> [UInt8] {
        let person = person(draft.author, draft.at)
        var text = "tree \(draft.tree)\n"
        for parent in draft.parents { text += "parent \(parent)\n" }
        text += "author \(person)\ncommitter \(person)\n\n"
        text += draft.message.filter { $0 != "\0" }
        if text.utf8.last != UInt8(ascii: "\n") { text += "\n" }
        return Array(text.utf8)
    }

    /// The content of a new annotated tag.
    static func make(_ draft: TagDraft) -> [UInt8] {
        var text =
            "object \(draft.commit)\ntype commit\ntag \(draft.name)\ntagger \(person(draft.tagger, draft.at))\n\n"
        text += draft.message.filter { $0 != "\0" }
        if text.utf8.last != UInt8(ascii: "\n") { text += "\n" }
        return Array(text.utf8)
    }

    /// Reads an annotated tag; old ones name no tagger.
    static func tag(_ bytes: [UInt8], id: ObjectID) -> TagRecord {
        var tag = TagRecord(id: id, tagger: "", taggedAt: nil, message: "")
        var position = 0
        while position < bytes.count {
            let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let line = String(decoding: bytes[position..<end], as: UTF8.self)
            position = end + 1
            if line.isEmpty { break }
            guard line.hasPrefix("tagger "), tag.taggedAt == nil else { continue }
            let (person, time) = signature(line.dropFirst("tagger ".count))
            (tag.tagger, tag.taggedAt) = (person, time)
        }
        tag.message = String(decoding: bytes[min(position, bytes.count)...], as: UTF8.self)
        return tag
    }

    private static func person(_ author: CommitAuthor, _ time: Timestamp) -> String {
        "\(clean(author.name)) <\(clean(author.email))> \(max(0, time.seconds)) +0000"
    }

    /// The commit that an annotated tag points to, or `nil` where it points to something else.
    static func target(ofTag bytes: [UInt8]) -> ObjectID? {
        let lines = String(decoding: bytes.prefix(128), as: UTF8.self).split(separator: "\n").prefix(2)
        guard lines.count == 2, lines[0].hasPrefix("object ") else { return nil }
        return ObjectID(lines[0].dropFirst(7))
    }

    /// Splits `Name <email> seconds zone` into its parts.
    private static func signature(_ text: Substring) -> (person: String, time: Timestamp) {
        guard let close = text.lastIndex(of: ">") else { return (String(text), Timestamp(seconds: 0)) }
        let rest = text[text.index(after: close)...].split(separator: " ")
        let seconds = rest.first.flatMap { Int64($0) } ?? 0
        // Far-off times in strange commits must not overflow the microseconds.
        let bounded = min(max(seconds, 0), 253_402_300_799)
        return (String(text[...close]), Timestamp(seconds: bounded))
    }

    /// A name without the characters that would end it in a header line.
    private static func clean(_ text: String) -> String {
        let kept = text.unicodeScalars.filter { $0.value >= 0x20 && $0 != "<" && $0 != ">" && $0.value != 0x7F }
        return String(String.UnicodeScalarView(kept))
    }
}
