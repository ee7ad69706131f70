import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import Logging

@testable import HoistwayGit

/// Sends the same objects whatever is asked: a server that decides itself what it sends.
struct PackTransport: GitTransport {
    let pack: [UInt8]
    var displayURL = "https://git.example.com/app.git"
    var statistics: TransportStatistics { TransportStatistics() }

    init(pack: [UInt8]) {
        self.pack = pack
    }

    init(_ objects: [GitObject]) {
        var writer = PackWriter(level: 1)
        var bytes = writer.header(count: objects.count)
        for object in objects { bytes += writer.object(object) }
        pack = bytes + writer.trailer()
    }

    func refs(prefixes: [String]) async throws(GitFailure) -> (snapshot: RefSnapshot, abilities: ServerAbilities) {
        let abilities = ServerAbilities(isVersion2: true, canWantAnyObject: true, canFilter: true, canDeepen: true)
        return (RefSnapshot(), abilities)
    }

    func fetch(
        _ request: FetchRequest,
        sink: @Sendable @escaping (ArraySlice<UInt8>) async throws(GitFailure) -> Void
    ) async throws(GitFailure) {
        try await sink(pack[...])
    }

    func push(
        _ updates: [RefUpdate],
        pack: @Sendable @escaping (_ noThin: Bool) async throws(GitFailure) -> [UInt8]
    ) async throws(GitFailure) -> [RefResult] {
        updates.map { _ in .refused("nothing is taken here") }
    }

    func close() async {}

    func remote(in folder: String, name: String = "r") -> RemoteRepository {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return RemoteRepository(transport: self, store: ObjectStore(root: folder, name: name, logger: logger))
    }
}

extension GitObject {
    /// A tree as it is written, in whatever order and with whatever names.
    static func tree(_ entries: [(mode: String, name: [UInt8], id: ObjectID)]) -> GitObject {
        GitObject(
            kind: .tree,
            bytes: entries.flatMap { Array("\($0.mode) ".utf8) + $0.name + [0] + $0.id.bytes }
        )
    }

    static func commit(_ tree: ObjectID) -> GitObject {
        let person = "Ada <ada@example.com> 1700000000 +0000"
        let text = "tree \(tree)\nauthor \(person)\ncommitter \(person)\n\nSeed\n"
        return GitObject(kind: .commit, bytes: Array(text.utf8))
    }
}
