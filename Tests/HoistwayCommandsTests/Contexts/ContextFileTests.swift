import Foundation
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// Contexts hold tokens: who may read the file, and what becomes of it when several change it.
struct ContextFileTests {
    private let folder: TemporaryFolder
    private let file: ContextFile

    init() throws {
        folder = try TemporaryFolder("hoistway-contexts")
        file = ContextFile(environment: ["XDG_CONFIG_HOME": folder.path + "/deep/config", "HOME": "/nonexistent"])
    }

    private func add(_ name: String, _ token: String = "a-token-that-is-long-enough") throws {
        try file.change { contexts throws(CommandFailure) in
            contexts.all[name] = Contexts.Context(server: "https://\(name).example.com", token: token)
            contexts.current = name
        }
    }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func `it lies in the folder of XDG, else below the home folder`() {
        #expect(file.path == folder.path + "/deep/config/hoistway/contexts.yaml")
        #expect(ContextFile(environment: ["HOME": "/home/ada"]).path == "/home/ada/.config/hoistway/contexts.yaml")
        let relative = ContextFile(environment: ["HOME": "/home/ada", "XDG_CONFIG_HOME": "x"])
        #expect(relative.path == "/home/ada/.config/hoistway/contexts.yaml")
    }

    @Test func `what was stored is read again, and only the owner can read it`() throws {
        #expect(try file.read() == Contexts())
        try add("prod")
        try file.change { contexts throws(CommandFailure) in
            contexts.all["odd: #\"name\""] = nil
            contexts.all["127.0.0.1:8421"] = Contexts.Context(
                server: "http://10.0.0.1:8421",
                token: "quote\" and: colon",
                allowsPlainHTTP: true
            )
        }
        let read = try file.read()
        #expect(read.names == ["127.0.0.1:8421", "prod"])
        #expect(read.all["127.0.0.1:8421"]?.allowsPlainHTTP == true)
        #expect(read.all["127.0.0.1:8421"]?.token == "quote\" and: colon")
        #expect(read.current == "prod")
        #expect(try mode(file.path) == 0o600)
        #expect(try mode(folder.path + "/deep/config/hoistway") == 0o700)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/deep/config/hoistway")
        #expect(left == ["contexts.yaml"])
    }

    @Test(arguments: [0o640, 0o604, 0o660]) func `a file that others can read is refused`(_ mode: Int) throws {
        try add("prod")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        let failure = #expect(throws: CommandFailure.self) { try file.read() }
        #expect(failure?.message.contains("others can read it") == true)
        #expect(failure?.hint?.contains("chmod 600") == true)
        #expect(throws: CommandFailure.self) { try add("other") }
    }

    @Test func `a link in its place is refused`() throws {
        try add("prod")
        try FileManager.default.moveItem(atPath: file.path, toPath: folder.path + "/elsewhere")
        try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: folder.path + "/elsewhere")
        #expect(throws: CommandFailure.self) { try file.read() }
    }

    @Test func `a pipe in its place is refused, and not waited for`() throws {
        try add("prod")
        try FileManager.default.removeItem(atPath: file.path)
        #expect(mkfifo(file.path, 0o600) == 0)
        #expect(throws: CommandFailure.self) { try file.read() }
    }

    @Test(arguments: [
        "- 1", "contexts: 1", "contexts: {a: {server: x}}", "contexts: {a: {token: x}}", "tokens: {}", "a: [",
        "contexts: {\"a b\": {server: x, token: y}}",
    ])
    func `what makes no sense is refused and not overwritten`(_ text: String) throws {
        try add("prod")
        try text.write(toFile: file.path, atomically: false, encoding: .utf8)
        #expect(throws: CommandFailure.self) { try file.read() }
        #expect(throws: CommandFailure.self) { try add("other") }
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == text)
    }

    @Test func `changes of many at once lose nothing`() async throws {
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<20 { group.addTask { #expect(throws: Never.self) { try add("c\(number)") } } }
        }
        #expect(try file.read().names.count == 20)
    }

    @Test func `a deleted context is not the current one any more`() throws {
        try add("prod")
        let gone = try file.change { contexts throws(CommandFailure) in contexts.remove("prod") }
        #expect(gone?.server == "https://prod.example.com")
        #expect(try file.read() == Contexts())
    }
}
