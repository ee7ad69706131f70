import HoistwayModel
import HoistwayPorts

/// A server's report after a push: one line for the pack, one for each ref.
///
/// See <https://git-scm.com/docs/pack-protocol#_report_status>.
struct PushReport {
    /// In bytes: far more than a thousand refs with long reasons take.
    static let limit = 1 << 20

    private(set) var unpack: String?
    /// The reason for each refused ref; `nil` for refs that are done.
    private(set) var refs: [String: String?] = [:]
    var words = ""

    mutating func add(_ line: String) {
        let parts = line.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2 else { return }
        switch parts[0] {
        case "unpack": unpack = String(line.dropFirst("unpack ".count))
        case "ok": refs[String(parts[1])] = .some(nil)
        case "ng": refs[String(parts[1])] = parts.count > 2 ? String(parts[2]) : "no reason given"
        default: break
        }
    }

    /// One result for each update, in order.
    func results(for updates: [RefUpdate], url: String) throws(GitFailure) -> [RefResult] {
        guard let unpack else {
            throw .unreachable(url: url, detail: said("the connection ended before the push was reported"))
        }
        guard unpack == "ok" else {
            throw .packRefused(url: url, words: said(ServerWords.clean(unpack)))
        }
        var results: [RefResult] = []
        for update in updates {
            guard let reason = refs[update.ref] else {
                throw .protocolViolation(url: url, detail: "the push of \(update.ref) was not reported")
            }
            results.append(reason.map(refusal) ?? .pushed)
        }
        return results
    }

    private func refusal(_ reason: String) -> RefResult {
        let shown = ServerWords.clean(reason)
        return isRace(reason) ? .moved(said(shown)) : .refused(said(shown))
    }

    /// Whether another push moved the ref first; any other refusal is the server's decision.
    private func isRace(_ reason: String) -> Bool {
        let lower = reason.lowercased()
        let races = [
            "non-fast-forward", "fetch first", "failed to update ref", "cannot lock ref", "failed to lock",
            "incorrect old value", "stale info", "reference already exists", "but expected",
        ]
        guard races.contains(where: lower.contains) else { return false }
        // Two names that cannot both exist are no race: the push would fail every time.
        let all = lower + words.lowercased()
        return !all.contains("cannot create") && !all.contains("refname conflict")
    }

    private func said(_ reason: String) -> String {
        words.isEmpty ? reason : "\(reason); remote: \(words)"
    }
}

extension PushReport {
    /// Reads the answer of a receive-pack.
    static func read(
        from reader: PacketReader,
        greeting: Greeting,
        url: String
    ) async throws(GitFailure) -> PushReport {
        guard greeting.has("side-band-64k") else {
            var report = PushReport()
            var left = limit
            while let packet = try await reader.next(), let line = packet.line {
                left -= line.utf8.count + 4
                guard left >= 0 else {
                    throw .tooLarge(url: url, what: "the report of a push is larger than \(limit) bytes")
                }
                report.add(line)
            }
            return report
        }
        var band = SideBand(url: url)
        let inner = CollectedBytes()
        while case .data(let bytes)? = try await reader.next() {
            guard let data = try band.data(in: bytes) else { continue }
            inner.bytes.append(contentsOf: data)
            guard inner.bytes.count <= limit else {
                throw .tooLarge(url: url, what: "the report of a push is larger than \(limit) bytes")
            }
        }
        var report = PushReport()
        report.words = band.remoteWords
        guard !inner.bytes.isEmpty else { return report }
        let lines = PacketReader(inner, url: url, limit: limit, count: { _ in })
        while let packet = try await lines.next(), let line = packet.line { report.add(line) }
        return report
    }
}

/// Bytes in memory, read as an answer.
final class CollectedBytes: ByteSource {
    var bytes: [UInt8] = []

    init(_ bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    func next() async throws(GitFailure) -> [UInt8]? {
        defer { bytes = [] }
        return bytes.isEmpty ? nil : bytes
    }

    func drain() async {}
}
