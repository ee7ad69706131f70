import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Logging
import Synchronization

@testable import HoistwayGit

/// Serves a bare repository without any protocol, counting what is asked.
final class LocalTransport: GitTransport {
    let repository: GitRepositoryFixture
    let abilities: ServerAbilities
    let noThin: Bool
    private let counts = Mutex((statistics: TransportStatistics(), requests: [FetchRequest]()))

    init(_ repository: GitRepositoryFixture, servesObjects: Bool = true, noThin: Bool = false) {
        self.repository = repository
        self.noThin = noThin
        abilities = ServerAbilities(
            isVersion2: servesObjects,
            canWantAnyObject: servesObjects,
            canFilter: servesObjects,
            canDeepen: true
        )
    }

    var displayURL: String { "file://\(repository.path)" }
    var statistics: TransportStatistics { counts.withLock(\.statistics) }
    var requests: [FetchRequest] { counts.withLock(\.requests) }

    func refs(prefixes: [String]) async throws(GitFailure) -> (snapshot: RefSnapshot, abilities: ServerAbilities) {
        counts.withLock { $0.statistics.roundTrips += 1 }
        var snapshot = RefSnapshot(defaultBranch: "refs/heads/main")
        let text = try await run("for-each-ref", "--format=%(refname) %(objectname) %(*objectname)")
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ").map(String.init)
            guard prefixes.isEmpty || prefixes.contains(where: parts[0].hasPrefix) else { continue }
            snapshot.refs[parts[0]] = ObjectID(parts[1])
            if parts.count > 2 { snapshot.peeled[parts[0]] = ObjectID(parts[2]) }
        }
        return (snapshot, abilities)
    }

    func fetch(
        _ request: FetchRequest,
        sink: @Sendable @escaping (ArraySlice<UInt8>) async throws(GitFailure) -> Void
    ) async throws(GitFailure) {
        counts.withLock { $0.requests.append(request) }
        var ids: Set<Substring> = []
        for want in request.wants { ids.formUnion(try await listed(want, request).split(separator: "\n")) }
        let pack: [UInt8]
        do {
            pack = try await TestProgram.check(
                "git",
                ["pack-objects", "--stdout", "-q"],
                in: repository.path,
                input: Array(ids.sorted().joined(separator: "\n").utf8 + [10])
            ).output
        } catch {
            throw .missingObject(url: displayURL, request.wants[0])
        }
        counts.withLock {
            $0.statistics.roundTrips += 1
            $0.statistics.bytesReceived += pack.count
        }
        for start in stride(from: 0, to: pack.count, by: 1000) {
            try await sink(pack[start..<min(start + 1000, pack.count)])
        }
    }

    /// The ids that a server would send for one want.
    private func listed(_ want: ObjectID, _ request: FetchRequest) async throws(GitFailure) -> String {
        switch request.filter {
        case .tree(depth: 0) where request.depth != nil:
            let haves = request.haves.map { "^\($0)" }
            return try await run(["rev-list", "--max-count=\(request.depth ?? 1)", want.hex] + haves)
        case .tree(depth: 0): return want.hex
        case .tree: return "\(want)\n\(try await run("rev-parse", "\(want)^{tree}"))"
        case .none, .noBlobs:
            let objects = try await run("rev-list", "--objects", "--no-object-names", "\(want)^{tree}")
            return "\(want)\n\(objects)"
        }
    }

    func push(
        _ updates: [RefUpdate],
        pack: @Sendable @escaping (_ noThin: Bool) async throws(GitFailure) -> [UInt8]
    ) async throws(GitFailure) -> [RefResult] {
        let bytes = try await pack(noThin)
        counts.withLock {
            $0.statistics.roundTrips += 1
            $0.statistics.bytesSent += bytes.count
        }
        let arguments = ["index-pack", "--stdin", "--strict"] + (noThin ? [] : ["--fix-thin"])
        var results: [RefResult] = []
        do {
            try await repository.git(arguments, input: bytes)
        } catch {
            throw .refused(url: displayURL, words: "\(error)")
        }
        for update in updates {
            do {
                try await repository.git("update-ref", update.ref, update.new.hex, update.old.hex)
                results.append(.pushed)
            } catch {
                results.append(.moved("\(error)"))
            }
        }
        return results
    }

    func close() async {}

    private func run(_ arguments: String...) async throws(GitFailure) -> String {
        try await run(arguments)
    }

    private func run(_ arguments: [String]) async throws(GitFailure) -> String {
        do { return try await repository.git(arguments) } catch {
            throw .local(operation: "git \(arguments[0])", detail: "\(error)")
        }
    }
}

/// A bare repository, a remote for it and its cache, in one folder.
struct LocalRig {
    let folder: TemporaryFolder
    let repository: GitRepositoryFixture
    let transport: LocalTransport
    let remote: RemoteRepository

    var cache: String { "\(folder.path)/cache" }

    init(
        files: [String: String] = [:],
        servesObjects: Bool = true,
        noThin: Bool = false,
        limits: ObjectStore.Limits = .init()
    ) async throws {
        folder = try TemporaryFolder("hoistway-objects")
        repository = try await .bare(at: "\(folder.path)/app.git")
        if !files.isEmpty { try await repository.commit(files) }
        transport = LocalTransport(repository, servesObjects: servesObjects, noThin: noThin)
        remote = Self.remote(transport, folder.path, limits)
    }

    /// Another remote object on the same repository and cache, as after a restart.
    func restarted(limits: ObjectStore.Limits = .init()) -> RemoteRepository {
        Self.remote(LocalTransport(repository), folder.path, limits)
    }

    /// As somebody does who needs the room.
    func deleteCache() {
        // There may be none yet.
        try? FileManager.default.removeItem(atPath: cache)
    }

    func id(_ expression: String) async throws -> ObjectID {
        let text = try await repository.git("rev-parse", "--verify", expression)
        guard let id = ObjectID(text) else { throw TestServerError.failed("rev-parse", detail: text) }
        return id
    }

    private static func remote(
        _ transport: LocalTransport,
        _ folder: String,
        _ limits: ObjectStore.Limits
    ) -> RemoteRepository {
        let store = ObjectStore(
            root: "\(folder)/cache",
            name: "repository",
            limits: limits,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        return RemoteRepository(transport: transport, store: store)
    }
}
