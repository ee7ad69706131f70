import HoistwayModel

/// The files of others that a commit keeps, as its message lists them: each with the id of the promotion's own version.
///
/// The next promotion copies the source again, and must know which of its files must not be replaced.
enum KeptFiles {
    private static let key = "Hoistway-Kept"

    static func note(_ kept: [GitPath: ObjectID], in message: String) -> String {
        guard !kept.isEmpty else { return message }
        let lines = kept.sorted { $0.key < $1.key }.map { "\(key): \($0.value.hex) \($0.key)\n" }
        return (message.hasSuffix("\n") ? message : message + "\n") + lines.joined()
    }

    /// By path; zero if the promotion had no file.
    static func read(from message: String) -> [GitPath: ObjectID] {
        var kept: [GitPath: ObjectID] = [:]
        for line in message.split(whereSeparator: \.isNewline) where line.hasPrefix(key + ": ") {
            let parts = line.dropFirst(key.count + 2).split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let id = ObjectID(parts[0]), let path = GitPath(quoted: parts[1]) else { continue }
            kept[path] = id
        }
        return kept
    }
}
