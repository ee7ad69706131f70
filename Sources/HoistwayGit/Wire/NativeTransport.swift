import HoistwayModel
import HoistwayPorts

/// Our own client for the smart protocol, over any connector.
struct NativeTransport: GitTransport {
    let displayURL: String
    /// Largest pack taken, in bytes.
    let maxPackBytes: Int
    /// Largest list of refs taken, in bytes.
    let maxRefBytes: Int
    private let connector: any GitConnector

    init(displayURL: String, options: GitTransportOptions, connector: any GitConnector) {
        self.displayURL = displayURL
        maxPackBytes = options.maxPackBytes
        maxRefBytes = options.maxRefBytes
        self.connector = connector
    }

    var statistics: TransportStatistics { connector.statistics }

    func refs(
        prefixes: [String]
    ) async throws(GitFailure) -> (snapshot: RefSnapshot, abilities: ServerAbilities) {
        for prefix in prefixes { try Self.checkName(prefix) }
        let session = try await connector.open(.refs)
        do throws(GitFailure) {
            let greeting = try await session.greeting()
            guard greeting.version == .two else {
                await session.end(.unused)
                return (greeting.snapshot.narrowed(to: prefixes), greeting.serverAbilities)
            }
            let reader = try await session.exchange(
                [LsRefs.request(prefixes: prefixes, greeting: greeting)],
                limit: maxRefBytes,
                canRepeat: true
            )
            let snapshot = try await LsRefs.answer(from: reader, prefixes: prefixes, url: displayURL)
            await reader.drain()
            await session.end(.complete)
            return (snapshot.narrowed(to: prefixes), greeting.serverAbilities)
        } catch {
            await session.end(.broken)
            throw error
        }
    }

    func fetch(
        _ request: FetchRequest,
        sink: @Sendable @escaping (ArraySlice<UInt8>) async throws(GitFailure) -> Void
    ) async throws(GitFailure) {
        guard !request.wants.isEmpty else { return }
        let session = try await connector.open(.fetch)
        do throws(GitFailure) {
            let greeting = try await session.greeting()
            let reader = try await session.exchange(
                [FetchCommand.request(request, greeting: greeting)],
                limit: maxPackBytes + maxPackBytes / 64 + WireLimits.overhead,
                canRepeat: true
            )
            let answer = FetchAnswer(url: displayURL, greeting: greeting, maxPackBytes: maxPackBytes)
            try await answer.read(from: reader, sink: sink)
            await reader.drain()
            await session.end(.complete)
        } catch {
            await session.end(.broken)
            throw error
        }
    }

    func preparePush() async { await connector.preparePush() }

    func push(
        _ updates: [RefUpdate],
        pack: @Sendable @escaping (_ noThin: Bool) async throws(GitFailure) -> [UInt8]
    ) async throws(GitFailure) -> [RefResult] {
        for update in updates { try Self.checkName(update.ref) }
        guard !updates.isEmpty else { return [] }
        let session = try await connector.open(.push)
        do throws(GitFailure) {
            let greeting = try await session.greeting()
            guard greeting.version == .zero else {
                throw .protocolViolation(url: displayURL, detail: "receive-pack answered in protocol v2")
            }
            let known = updates.map {
                greeting.isRemembered ? nil : PushCheck.result(of: $0, against: greeting.snapshot)
            }
            let sent = zip(updates, known).filter { $0.1 == nil }.map(\.0)
            guard !sent.isEmpty else {
                await session.end(.unused)
                return known.compactMap { $0 }
            }
            let answers = try await send(sent, greeting: greeting, session: session, pack: pack)
            // A refused update may have its cause in an old greeting: the next push requests it again.
            await session.end(answers.allSatisfy { $0 == .pushed } ? .complete : .doubted)
            var rest = answers.makeIterator()
            return known.compactMap { $0 ?? rest.next() }
        } catch {
            await session.end(.broken)
            throw error
        }
    }

    func close() async { await connector.close() }

    private func send(
        _ updates: [RefUpdate],
        greeting: Greeting,
        session: any GitSession,
        pack: @Sendable (_ noThin: Bool) async throws(GitFailure) -> [UInt8]
    ) async throws(GitFailure) -> [RefResult] {
        guard greeting.has("report-status") else {
            throw .unsupported(url: displayURL, what: "it does not report what became of a push")
        }
        if updates.contains(where: \.new.isZero), !greeting.has("delete-refs") {
            throw .unsupported(url: displayURL, what: "it does not delete refs")
        }
        // A push that only deletes refs has no pack.
        let bytes = updates.allSatisfy(\.new.isZero) ? [] : try await pack(greeting.has("no-thin"))
        let reader = try await session.exchange(
            [PushCommand.request(updates, greeting: greeting), bytes],
            limit: WireLimits.overhead,
            canRepeat: false
        )
        let report = try await PushReport.read(from: reader, greeting: greeting, url: displayURL)
        await reader.drain()
        return try report.results(for: updates, url: displayURL)
    }

    /// Names come from configuration and payloads: a newline in one would start a second line of the request.
    private static func checkName(_ name: String) throws(GitFailure) {
        guard name.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7f }), name.utf8.count <= 4096 else {
            throw .invalidContent("a ref name has spaces or control characters, or is longer than 4096 bytes")
        }
    }
}
