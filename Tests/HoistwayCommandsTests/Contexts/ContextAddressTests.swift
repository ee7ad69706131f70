import ArgumentParser
import Foundation
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// Which of the places that may name a server is taken, and whose token goes there.
struct ContextAddressTests {
    private let folder: TemporaryFolder
    private var environment: [String: String]

    init() throws {
        folder = try TemporaryFolder("hoistway-address")
        environment = ["XDG_CONFIG_HOME": folder.path]
        try ContextFile(environment: environment).change { contexts throws(CommandFailure) in
            for name in ["one", "two"] {
                contexts.all[name] = Contexts.Context(server: "https://\(name).example.com", token: "token-of-\(name)")
            }
            contexts.all["lab"] = Contexts.Context(
                server: "http://10.0.0.1:8421",
                token: "token-of-lab",
                allowsPlainHTTP: true
            )
            contexts.current = "one"
        }
        try folder.write("console: {listen: \"127.0.0.1:9000\"}\nstate: {url: \"sqlite:./h.db\"}\n", to: "h.yaml")
        try folder.write("token-of-the-state-folder\n", to: "token")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.path + "/token")
    }

    private func address(_ arguments: [String] = [], _ more: [String: String] = [:]) throws -> ServerAddress {
        try ServerAddress(ClientOptions.parse(arguments), environment: environment.merging(more) { $1 })
    }

    private func expect(
        _ url: String,
        _ token: String,
        _ arguments: [String] = [],
        _ more: [String: String] = [:]
    ) throws {
        let expected = ServerAddress(url: url, token: token)
        #expect(try address(arguments, more) == expected, "\(arguments) \(more)")
    }

    @Test func `the first that names a server is taken`() throws {
        let file = folder.path + "/h.yaml"
        let server = ["HOISTWAY_SERVER": "https://two.example.com"]
        let context = ["HOISTWAY_CONTEXT": "two"]
        let all = server.merging(context) { $1 }.merging(["HOISTWAY_CONFIG": file]) { $1 }
        try expect("https://one.example.com", "token-of-one", ["--server", "https://one.example.com"], all)
        try expect("https://two.example.com", "token-of-two", [], all)
        try expect("http://10.0.0.1:8421", "token-of-lab", ["--context", "lab"], all)
        try expect("https://two.example.com", "token-of-two", [], context)
        try expect("http://127.0.0.1:9000", "token-of-the-state-folder", [], ["HOISTWAY_CONFIG": file])
        try expect("http://127.0.0.1:9000", "token-of-the-state-folder", ["--config", file])
        try expect("https://one.example.com", "token-of-one")
    }

    @Test func `a current context that is missing is an error, and no other server is taken`() throws {
        try ContextFile(environment: environment).change { contexts throws(CommandFailure) in contexts.current = "gone"
        }
        let error = #expect(throws: CommandFailure.self) { try address() }
        #expect(error?.message == "there is no context gone" && error?.hint == "there are lab, one, two")
        try expect("https://two.example.com", "token-of-two", ["--context", "two"])
    }

    @Test func `a token that is given goes before that of a context, but not before a context that is named`() throws {
        let variable = ["HOISTWAY_TOKEN": "token-of-the-environment"]
        try expect("https://one.example.com", "token-of-the-environment", [], variable)
        try expect("https://two.example.com", "token-of-two", ["--context", "two"], variable)
        let file = ["--token-file", folder.path + "/token"]
        try expect("https://two.example.com", "token-of-the-state-folder", ["--context", "two"] + file, variable)
    }

    @Test func `a token never goes to another server than that of its context`() throws {
        #expect(throws: CommandFailure.self) { try address(["--server", "https://three.example.com"]) }
        let file = folder.path + "/h.yaml"
        #expect(throws: CommandFailure.self) {
            try address(["--server", "https://three.example.com", "--config", file])
        }
        let here = ["--server", "http://127.0.0.1:9001", "--config", file]
        try expect("http://127.0.0.1:9001", "token-of-the-state-folder", here)
        try folder.write(
            "console: {listen: \"127.0.0.1:9000\", publicURL: \"https://three.example.com/\"}\n"
                + "state: {url: \"sqlite:./h.db\"}\n",
            to: "h.yaml"
        )
        let named = ["--server", "https://three.example.com", "--config", file]
        try expect("https://three.example.com", "token-of-the-state-folder", named)
    }

    @Test func `a context that is not there is an error that names those that are`() throws {
        let failure = #expect(throws: CommandFailure.self) { try address(["--context", "three"]) }
        #expect(failure?.hint == "there are lab, one, two")
        #expect(failure?.exitStatus == .usage)
        #expect(throws: (any Error).self) { try ClientOptions.parse(["--context", "one", "--server", "https://a"]) }
    }
}
