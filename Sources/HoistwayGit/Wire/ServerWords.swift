import HoistwayModel
import HoistwayPorts

/// Cleans a server's text for log lines and error messages, and recognises the usual phrases.
enum ServerWords {
    /// In characters.
    static let limit = 600

    /// One line without control or invisible characters, at most `limit` characters long.
    ///
    /// `…` marks what is left out: a secret may have been cut there, which `Redactor` has to handle.
    ///
    /// On a terminal, a carriage return overwrites the line before it (progress): only the final text is kept.
    static func clean(_ text: String, limit: Int = limit) -> String {
        var lines: [String] = []
        for line in text.unicodeScalars.split(separator: "\n") {
            let last = line.split(separator: "\r").last ?? []
            let visible = last.filter { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
                default: true
                }
            }
            let words = String(String.UnicodeScalarView(visible)).split(separator: " ").joined(separator: " ")
            if !words.isEmpty { lines.append(words) }
        }
        let joined = lines.joined(separator: "; ")
        return joined.count > limit ? String(joined.prefix(limit)) + "…" : joined
    }

    /// Throws where the server gives up with `line`: `ERR <words>`.
    static func check(_ line: String, url: String) throws(GitFailure) {
        guard line.hasPrefix("ERR ") else { return }
        throw failure(String(line.dropFirst(4)), remarks: "", url: url)
    }

    /// The failure for a fatal message of the server.
    static func failure(_ words: String, remarks: String, url: String) -> GitFailure {
        let said = clean(words)
        if let id = missingObject(in: said) { return .missingObject(url: url, id) }
        let lower = said.lowercased()
        if isDenial(lower) { return .unauthorized(url: url, detail: said) }
        if lower.contains("repository not found") || lower.contains("not exported")
            || lower.contains("does not appear to be a git repository")
        {
            return .notFound(url: url)
        }
        let all =
            remarks.isEmpty || remarks.hasSuffix(said) ? (remarks.isEmpty ? said : remarks) : "\(said); \(remarks)"
        return .serverError(url: url, status: 0, detail: all)
    }

    /// Whether a text (in lower case) means that this login may not read or write the repository.
    ///
    /// gitolite sends `FATAL: R any app deployer DENIED by fallthru`, on its channel for errors.
    static func isDenial(_ lower: String) -> Bool {
        lower.contains("access denied") || lower.contains("permission denied") || lower.contains("denied by ")
            || lower.contains("permission to ") && lower.contains(" denied")
            || lower.contains("not allowed to ") || lower.contains("forbidden")
    }

    /// The object in "not our ref <id>", "bad object <id>", "could not find object <id>".
    private static func missingObject(in words: String) -> ObjectID? {
        let lower = words.lowercased()
        let phrases = [
            "not our ref", "bad object", "missing object", "unknown object", "want", "not found", "not valid",
        ]
        guard phrases.contains(where: lower.contains) else { return nil }
        return words.split { !$0.isHexDigit }.lazy.compactMap { ObjectID($0) }.first
    }
}
