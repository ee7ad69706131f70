import Foundation
import HoistwayEvents
import HoistwayModel
import Testing

/// The replay corpus beside the repository, where it is present.
struct CorpusEntry: Sendable, CustomTestStringConvertible {
    var file: String
    var senderName: String
    var kind: String
    /// Expected columns; empty for `-`.
    var keys: [String]
    var reference: String
    var hash: String
    var notes: [String: String]

    var testDescription: String { file }
    var sender: Sender? { Sender(rawValue: senderName) }
    var body: [UInt8] { get throws { try Files.bytes(Self.url(file)) } }
    var headers: [HeaderLine] {
        get throws { try Files.headers(Self.url(file.replacingOccurrences(of: ".json", with: ".headers"))) }
    }

    /// Senders of the corpus that this program does not serve yet; anything else unknown is a failure.
    static let laterSenders: Set<String> = [
        "acr", "aliyun-acr", "azure-devops", "bitbucket", "bitbucket-dc", "cloudevents", "dockerhub", "ecr", "gar",
        "jfrog", "nexus", "quay", "zot",
    ]

    static let all: [CorpusEntry] = lines.compactMap(CorpusEntry.init)
    static let supported: [CorpusEntry] = all.filter { $0.sender != nil }
    static var isPresent: Bool { !all.isEmpty }

    private static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["HOISTWAY_SHARED"] { return URL(filePath: path) }
        var package = URL(filePath: #filePath)
        for _ in 0..<4 { package.deleteLastPathComponent() }
        return package.deletingLastPathComponent().appending(path: "shared")
    }()

    private static func url(_ file: String) -> URL { root.appending(path: "payloads/\(file)") }

    private static var lines: [Substring] {
        // No index: no corpus, and the tests over it are skipped.
        guard let bytes = try? Files.bytes(url("index.tsv")) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst().map(\.self)
    }

    private init?(_ line: Substring) {
        let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map { $0 == "-" ? "" : String($0) }
        guard columns.count >= 8 else { return nil }
        file = columns[0]
        senderName = columns[1]
        kind = columns[3]
        keys = columns[4].split(separator: " ").map(String.init)
        reference = columns[5]
        hash = columns[6]
        notes = Dictionary(
            columns[7].split(separator: ";").map { pair in
                let parts = pair.split(separator: "=", maxSplits: 1)
                return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
            },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
