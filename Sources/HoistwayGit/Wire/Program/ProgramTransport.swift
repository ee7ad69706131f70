import FoundationEssentials
import Glibc
import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import Synchronization

/// The `git` program as a transport, for a server that our own client does not work with.
///
/// Each call works in a new private repository, which is deleted after it: slow, simple, and without a state that could
/// break.
struct ProgramTransport: GitTransport {
    private final class Counter: Sendable {
        let statistics = Mutex(TransportStatistics())
    }

    private let program: GitProgram
    private let counter = Counter()
    private var options: GitTransportOptions { program.options }

    init(_ address: GitAddress, options: GitTransportOptions) {
        program = GitProgram(address, options: options)
    }

    var displayURL: String { program.address.displayURL }
    /// One round trip for each run of git that contacts the server: git's own requests cannot be counted.
    var statistics: TransportStatistics { counter.statistics.withLock { $0 } }

    func refs(
        prefixes: [String]
    ) async throws(GitFailure) -> (snapshot: RefSnapshot, abilities: ServerAbilities) {
        let folder = try await prepare()
        let listed = try await contact(["ls-remote", "--symref", "origin"], in: folder)
        var snapshot = RefSnapshot()
        for line in listed.lines { try snapshot.add(listed: line, url: displayURL) }
        // git hides the server's abilities; where one is missing, it fetches the nearest larger set itself.
        let abilities = ServerAbilities(isVersion2: false, canWantAnyObject: true, canFilter: true, canDeepen: true)
        return (snapshot.narrowed(to: prefixes), abilities)
    }

    func fetch(
        _ request: FetchRequest,
        sink: @Sendable @escaping (ArraySlice<UInt8>) async throws(GitFailure) -> Void
    ) async throws(GitFailure) {
        guard !request.wants.isEmpty else { return }
        let folder = try await prepare()
        try await fetch(request.wants, filter: request.filter, depth: request.depth, in: folder)
        try await ProgramFolder(path: "\(folder.path)/repository/objects/pack", url: displayURL)
            .hand(to: sink, limit: options.maxPackBytes)
    }

    func push(
        _ updates: [RefUpdate],
        pack: @Sendable @escaping (_ noThin: Bool) async throws(GitFailure) -> [UInt8]
    ) async throws(GitFailure) -> [RefResult] {
        guard !updates.isEmpty else { return [] }
        let snapshot = try await refs(prefixes: []).snapshot
        let known = updates.map { PushCheck.result(of: $0, against: snapshot) }
        let sent = zip(updates, known).filter { $0.1 == nil }.map(\.0)
        guard !sent.isEmpty else { return known.compactMap { $0 } }
        let folder = try await prepare()
        if !sent.allSatisfy(\.new.isZero) {
            let bytes = try await pack(true)
            counter.statistics.withLock { $0.bytesSent += bytes.count }
            try await program.check(["index-pack", "--stdin"], in: folder, input: bytes)
            try await fetchMissingParents(of: sent, in: folder)
        }
        let answers = try await send(sent, from: folder)
        var rest = answers.makeIterator()
        return known.compactMap { $0 ?? rest.next() }
    }

    func close() async {}
}

extension ProgramTransport {
    private func prepare() async throws(GitFailure) -> PrivateFolder {
        let folder = try PrivateFolder(parent: options.temporaryFolder)
        try folder.fill(origin: program.address.programURL)
        return folder
    }

    private func fetch(
        _ wants: [ObjectID],
        filter: ObjectFilter,
        depth: Int?,
        in folder: PrivateFolder
    ) async throws(GitFailure) {
        var arguments = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no"]
        if let text = filter.text { arguments.append("--filter=\(text)") }
        if let depth { arguments.append("--depth=\(depth)") }
        _ = try await contact(arguments + ["origin"] + wants.map(\.hex), in: folder)
    }

    /// Fetches the parents of the new commits, without their files: git then sends only what the new commits add.
    private func fetchMissingParents(of updates: [RefUpdate], in folder: PrivateFolder) async throws(GitFailure) {
        var missing: Set<ObjectID> = []
        var seen: Set<ObjectID> = []
        var next = updates.map(\.new).filter { !$0.isZero }
        while let id = next.popLast() {
            guard seen.insert(id).inserted else { continue }
            let commit = try await program.run(["cat-file", "commit", id.hex], in: folder, isOffline: true)
            guard commit.status == 0 else {
                missing.insert(id)
                continue
            }
            for line in commit.lines.prefix(while: { !$0.hasPrefix("author ") }) where line.hasPrefix("parent ") {
                if let parent = ObjectID(line.dropFirst("parent ".count)) { next.append(parent) }
            }
        }
        missing.formUnion(updates.map(\.old).filter { !$0.isZero && !seen.contains($0) })
        guard !missing.isEmpty else { return }
        try await fetch(missing.sorted(), filter: .noBlobs, depth: 1, in: folder)
    }

    private func send(_ updates: [RefUpdate], from folder: PrivateFolder) async throws(GitFailure) -> [RefResult] {
        let commands = updates.map { "\($0.new.isZero ? "" : $0.new.hex):\($0.ref)" }
        let outcome = try await contact(
            ["push", "--porcelain", "--no-verify", "--no-thin", "--no-signed", "origin"] + commands,
            in: folder,
            mayFail: true
        )
        var report = PushReport()
        report.words = Self.remoteWords(outcome.words)
        for line in outcome.lines { report.add(porcelain: line) }
        guard !report.refs.isEmpty else { throw program.failure(outcome.words) }
        return try report.results(for: updates, url: displayURL)
    }

    /// Runs git with the login; after a refusal it requests a new login once.
    private func contact(
        _ arguments: [String],
        in folder: PrivateFolder,
        mayFail: Bool = false
    ) async throws(GitFailure) -> GitProgram.Outcome {
        let login = try await options.login(for: program.address, refused: nil)
        var outcome = try await tried(arguments, in: folder, login: login)
        if outcome.status != 0, let login, case .unauthorized = program.failure(outcome.words),
            let renewed = try await options.login(for: program.address, refused: login), renewed != login
        {
            outcome = try await tried(arguments, in: folder, login: renewed)
        }
        guard outcome.status == 0 || mayFail else { throw program.failure(outcome.words) }
        return outcome
    }

    /// Runs git unless the host has refused the login a moment ago.
    private func tried(
        _ arguments: [String],
        in folder: PrivateFolder,
        login: GitTransportOptions.Login?
    ) async throws(GitFailure) -> GitProgram.Outcome {
        let trial = try await options.begin(login, at: program.address.place, repository: displayURL, waits: false)
        do throws(GitFailure) {
            let outcome = try await run(arguments, in: folder, login: login)
            if outcome.status == 0 {
                trial?.end(.accepted)
            } else if case .unauthorized(_, let words) = program.failure(outcome.words),
                program.ssh == nil ? !words.contains("error: 403") : SSHCommand.isRefusedKey(words)
            {
                trial?.end(.refused(words))
            } else {
                trial?.end(.unknown)
            }
            return outcome
        } catch {
            trial?.end(.unknown)
            throw error
        }
    }

    private func run(
        _ arguments: [String],
        in folder: PrivateFolder,
        login: GitTransportOptions.Login?
    ) async throws(GitFailure) -> GitProgram.Outcome {
        counter.statistics.withLock { $0.roundTrips += 1 }
        let outcome = try await program.run(arguments, in: folder, login: login)
        counter.statistics.withLock { $0.bytesReceived += outcome.output.count }
        return outcome
    }

    /// Only the server's messages: the rest is git's own advice.
    private static func remoteWords(_ words: String) -> String {
        words.split(separator: "; ").filter { $0.hasPrefix("remote:") }
            .map { $0.dropFirst("remote:".count).trimmingPrefix(" ") }
            .joined(separator: "; ")
    }
}

extension RefSnapshot {
    /// Reads a line of `git ls-remote --symref`.
    fileprivate mutating func add(listed line: Substring, url: String) throws(GitFailure) {
        let parts = line.split(separator: "\t")
        guard parts.count == 2 else { return }
        if parts[0].hasPrefix("ref: ") {
            if parts[1] == "HEAD" { defaultBranch = String(parts[0].dropFirst("ref: ".count)) }
            return
        }
        guard parts[1] != "HEAD" else { return }
        guard let id = ObjectID(parts[0]) else { throw Self.malformed(parts[0], url: url) }
        if parts[1].hasSuffix("^{}") {
            peeled[String(parts[1].dropLast(3))] = id
        } else {
            refs[String(parts[1])] = id
        }
    }
}

extension PushReport {
    /// Reads a line of `git push --porcelain`: `<flag> TAB <from>:<to> TAB <summary> (<reason>)`.
    mutating func add(porcelain line: Substring) {
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard parts.count >= 3, let colon = parts[1].lastIndex(of: ":") else { return }
        if unpack == nil { add("unpack ok") }
        let ref = parts[1][parts[1].index(after: colon)...]
        guard parts[0] == "!" else { return add("ok \(ref)") }
        let reason = parts[2].firstIndex(of: "(").map { parts[2][$0...].dropFirst().dropLast() } ?? parts[2]
        add("ng \(ref) \(reason)")
    }
}

/// The packs of a fetch.
private struct ProgramFolder {
    let path: String
    let url: String

    func hand(
        to sink: @Sendable (ArraySlice<UInt8>) async throws(GitFailure) -> Void,
        limit: Int
    ) async throws(GitFailure) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let packs = names.filter { $0.hasSuffix(".pack") }
        // The repository was empty before its only fetch: there is one pack.
        guard packs.count == 1, let pack = packs.first else {
            throw .local(operation: "fetching \(url)", detail: "git left \(packs.count) packs")
        }
        let file = open("\(path)/\(pack)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw unreadable() }
        defer { close(file) }
        var left = limit
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(file, &piece, piece.count)
            guard count >= 0 else { throw unreadable() }
            if count == 0 { return }
            left -= count
            guard left >= 0 else { throw .tooLarge(url: url, what: "the pack is larger than \(limit) bytes") }
            try await sink(piece[..<count])
        }
    }

    /// Reads `errno`: call it before another call can set it.
    private func unreadable() -> GitFailure {
        let reason = errno
        return .local(operation: "reading the pack of \(url)", detail: String(cString: strerror(reason)))
    }
}
