/// A server's answers at each turn of a conversation; for `nil` it answers correctly.
package struct HostileGitScript: Sendable {
    /// The end of a promotion over the server.
    package enum Ending: Sendable {
        case pushed
        /// It fails, and is not repeated.
        case failedForGood
        /// It fails, and is repeated, since the cause may pass.
        case failedForNow
        /// It fails, and is repeated a few times: only a person can fix it.
        case refused
    }

    package var ending: Ending
    /// Whether the promotion may send a pack.
    package var mayPush: Bool
    package var greeting: [ScriptedServer.Step]?
    package var refs: [ScriptedServer.Step]?
    package var fetch: [ScriptedServer.Step]?
    package var pushGreeting: [ScriptedServer.Step]?
    package var report: [ScriptedServer.Step]?
    /// The commit of `main`.
    var tip: [UInt8]
    var pack: [UInt8]

    /// Everything is correct.
    init(_ ending: Ending, _ repository: HostileRepository = .sound, pack: [UInt8]? = nil, mayPush: Bool = false) {
        self.ending = ending
        self.mayPush = mayPush || ending == .pushed
        tip = repository.tip
        self.pack = pack ?? HostilePack(repository.objects).bytes()
    }

    func with(_ change: (inout HostileGitScript) -> Void) -> HostileGitScript {
        var copy = self
        change(&copy)
        return copy
    }

    static func packet(_ bytes: [UInt8]) -> [UInt8] {
        let length = String(bytes.count + 4, radix: 16)
        return Array((String(repeating: "0", count: 4 - length.count) + length).utf8) + bytes
    }

    static func line(_ text: String) -> [UInt8] { packet(Array("\(text)\n".utf8)) }

    /// An http answer without an announced length.
    static func head(_ type: String) -> ScriptedServer.Step {
        .send(Array("HTTP/1.1 200 OK\r\nContent-Type: application/x-git-\(type)\r\nConnection: close\r\n\r\n".utf8))
    }

    static func answer(_ type: String, _ body: [UInt8]) -> ScriptedServer.Step {
        ScriptedServer.http("200 OK", type: "application/x-git-\(type)", body)
    }

    /// The pack in the data channel.
    static func banded(_ pack: [UInt8]) -> [UInt8] {
        var bytes = line("packfile")
        for start in stride(from: 0, to: pack.count, by: 60_000) {
            bytes += packet([1] + pack[start..<min(start + 60_000, pack.count)])
        }
        return bytes + Array("0000".utf8)
    }
}

/// Some objects with a commit on top.
struct HostileRepository: Sendable {
    static let kustomization = "resources: [deployment.yaml]\nimages:\n- name: shop/app\n  newTag: 1.0.0\n"

    var objects: [HostileObject]
    var tip: [UInt8]

    init(_ tree: HostileObject, _ more: [HostileObject]) {
        let commit = HostileObject.commit(tree.id)
        objects = more + [tree, commit]
        tip = commit.id
    }

    static let sound = make()

    /// `base/kustomization.yaml` and `README`, with further entries at the root and in `base`.
    static func make(
        root: [(mode: String, name: [UInt8], object: [UInt8])] = [],
        base more: [(mode: String, name: [UInt8], object: [UInt8])] = [],
        kustomizationMode: String = "100644",
        objects: [HostileObject] = [],
        sorts: Bool = true
    ) -> HostileRepository {
        let file = HostileObject.blob(kustomization)
        let readme = HostileObject.blob("read me\n")
        var inside = more + [(kustomizationMode, Array("kustomization.yaml".utf8), file.id)]
        if sorts { inside.sort { $0.name.lexicographicallyPrecedes($1.name) } }
        let base = HostileObject.tree(inside)
        var outside = root + [("40000", Array("base".utf8), base.id), ("100644", Array("README".utf8), readme.id)]
        if sorts { outside.sort { $0.name.lexicographicallyPrecedes($1.name) } }
        return HostileRepository(.tree(outside), objects + [file, readme, base])
    }
}
