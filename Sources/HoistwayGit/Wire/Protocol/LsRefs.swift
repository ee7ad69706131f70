import HoistwayModel
import HoistwayPorts

/// The command of protocol v2 that lists refs.
///
/// See <https://git-scm.com/docs/protocol-v2#_ls_refs>.
enum LsRefs {
    static func request(prefixes: [String], greeting: Greeting) -> [UInt8] {
        var writer = PacketWriter()
        writer.line("command=ls-refs")
        writer.line("agent=\(Agent.name)")
        if greeting.has("object-format") { writer.line("object-format=sha1") }
        writer.delimiter()
        writer.line("peel")
        writer.line("symrefs")
        if greeting.has("ls-refs", "unborn") { writer.line("unborn") }
        if !prefixes.isEmpty {
            for prefix in prefixes { writer.line("ref-prefix \(prefix)") }
            writer.line("ref-prefix HEAD")
        }
        writer.flush()
        return writer.bytes
    }

    /// Reads lines such as `<id> HEAD symref-target:refs/heads/main` up to the flush.
    ///
    /// Refs without a requested prefix are dropped: a server may send all its refs.
    static func answer(
        from reader: PacketReader,
        prefixes: [String] = [],
        url: String
    ) async throws(GitFailure) -> RefSnapshot {
        var snapshot = RefSnapshot()
        while let line = try await reader.line("the end of its refs") {
            let words = line.split(separator: " ")
            guard words.count >= 2 else { throw RefSnapshot.malformed(nil, url: url) }
            if words[1] == "HEAD" {
                snapshot.defaultBranch = value(of: "symref-target:", in: words)
                // The branch may have no requested prefix; `unborn` is not an id: then the branch has no commits.
                if let branch = snapshot.defaultBranch, let id = ObjectID(words[0]) { snapshot.refs[branch] = id }
                continue
            }
            // A symbolic ref to a branch without commits.
            if words[0] == "unborn" { continue }
            guard let id = ObjectID(words[0]) else { throw RefSnapshot.malformed(words[0], url: url) }
            let name = String(words[1])
            let isAsked = prefixes.isEmpty || name == snapshot.defaultBranch || prefixes.contains { name.hasPrefix($0) }
            guard isAsked else { continue }
            snapshot.refs[name] = id
            snapshot.peeled[name] = value(of: "peeled:", in: words).flatMap { ObjectID($0) }
        }
        return snapshot
    }

    private static func value(of attribute: String, in words: [Substring]) -> String? {
        words.dropFirst(2).first { $0.hasPrefix(attribute) }.map { String($0.dropFirst(attribute.count)) }
    }
}

/// The name of this program in requests to servers.
enum Agent {
    static let name = "hoistway"
}
