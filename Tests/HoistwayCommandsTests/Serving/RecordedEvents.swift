import Foundation
import HoistwayModel

@testable import HoistwayCommands

/// Events as senders sent them: the project's own fixtures, and the shared corpus where it is present.
struct RecordedEvent: Sendable {
    var name: String
    var sender: String
    var headers: [HeaderLine]
    var body: [UInt8]
    /// What the index of the corpus says; empty for the fixtures.
    var kind = ""
    var key = ""
    var ref = ""

    static let senders = ["github", "ghes", "ghcr", "gitlab", "gitea", "forgejo", "gogs", "harbor", "distribution"]

    private static let package: URL = {
        var url = URL(filePath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url
    }()

    /// Where the shared facts lie, if they are here.
    static let shared: URL = {
        let named = ProcessInfo.processInfo.environment["HOISTWAY_SHARED"].map { URL(filePath: $0) }
        return named ?? package.deletingLastPathComponent().appending(path: "shared")
    }()

    private static let corpusFolder = shared.appending(path: "payloads")

    /// Empty where the corpus is not there.
    static let corpus: [RecordedEvent] = {
        guard let index = try? String(contentsOf: corpusFolder.appending(path: "index.tsv"), encoding: .utf8) else {
            return []
        }
        return index.split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard columns.count > 5 else { return nil }
            let body = corpusFolder.appending(path: columns[0])
            let headers = body.deletingPathExtension().appendingPathExtension("headers")
            var event = read(columns[0], sender: columns[1], body: body, headers: headers)
            event?.kind = columns[3]
            event?.key = columns[4]
            event?.ref = columns[5]
            return event
        }
    }()

    static let fixtures: [RecordedEvent] = {
        let root = package.appending(path: "Tests/HoistwayEventsTests/Fixtures")
        return senders.flatMap { sender in
            let folder = root.appending(path: sender)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return names.sorted().compactMap { name in
                let files = folder.appending(path: name)
                return read(
                    "\(sender)/\(name)",
                    sender: sender,
                    body: files.appending(path: "body"),
                    headers: files.appending(path: "headers")
                )
            }
        }
    }()

    private static func read(_ name: String, sender: String, body: URL, headers: URL) -> RecordedEvent? {
        guard senders.contains(sender), let bytes = try? Data(contentsOf: body),
            let head = try? Data(contentsOf: headers),
            let lines = try? HeaderFile.parse(Array(head), path: name)
        else { return nil }
        return RecordedEvent(name: name, sender: sender, headers: lines, body: Array(bytes))
    }

    /// The same event about something on the loopback interface: nobody else is to be asked.
    func moved(to host: String, from hosts: [String]) -> RecordedEvent {
        var text = String(decoding: body, as: UTF8.self)
        for other in hosts {
            text = text.replacingOccurrences(of: "https://\(other)/", with: "http://\(other)/")
            text = text.replacingOccurrences(of: "\(other)/", with: "\(host)/")
            text = text.replacingOccurrences(of: "\"\(other)\"", with: "\"\(host)\"")
        }
        var moved = self
        moved.body = Array(text.utf8)
        return moved
    }
}
