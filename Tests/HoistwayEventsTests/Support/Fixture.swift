import Foundation
import HoistwayEvents
import HoistwayModel
import Testing

/// One delivery as files: `headers` with `Name: value` lines, `body`, and `events` as `hoistway inspect` prints them.
struct Fixture: Sendable, CustomTestStringConvertible {
    var sender: Sender
    var name: String
    var folder: URL

    var testDescription: String { "\(sender.rawValue)/\(name)" }
    var body: [UInt8] { get throws { try Files.bytes(folder.appending(path: "body")) } }
    var headers: [HeaderLine] { get throws { try Files.headers(folder.appending(path: "headers")) } }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    static let all: [Fixture] = Sender.allCases.flatMap { sender in
        Files.names(in: root.appending(path: sender.rawValue)).map { name in
            Fixture(sender: sender, name: name, folder: root.appending(path: "\(sender.rawValue)/\(name)"))
        }
    }

    static func named(_ sender: Sender, _ name: String) throws -> Fixture {
        try #require(all.first { $0.sender == sender && $0.name == name }, "no fixture \(sender)/\(name)")
    }
}

/// Reading of test files.
enum Files {
    static func bytes(_ url: URL) throws -> [UInt8] { Array(try Data(contentsOf: url)) }

    static func headers(_ url: URL) throws -> [HeaderLine] {
        String(decoding: try bytes(url), as: UTF8.self).split(separator: "\n").compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            return HeaderLine(String(line[..<colon]), String(value))
        }
    }

    static func names(in folder: URL) -> [String] {
        // A folder that is not there has no names; the tests that need some count them.
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }
}
