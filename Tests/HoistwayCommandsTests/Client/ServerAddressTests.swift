import ArgumentParser
import Foundation
import HoistwayModel
import Testing

@testable import HoistwayCommands

struct ServerAddressTests {
    private let environment = ["HOISTWAY_TOKEN": "a-token-of-the-environment"]

    private func options(_ arguments: String...) throws -> ClientOptions {
        try ClientOptions.parse(["--config", "/nonexistent/hoistway.yaml"] + arguments)
    }

    @Test func `an argument goes before the environment, and that before the default`() throws {
        let both = environment.merging(["HOISTWAY_SERVER": "https://a.example.com/"]) { $1 }
        #expect(try ServerAddress(options(), environment: environment).url == "http://127.0.0.1:8421")
        #expect(try ServerAddress(options(), environment: both).url == "https://a.example.com")
        let named = try options("--server", "https://b.example.com:8443")
        #expect(try ServerAddress(named, environment: both).url == "https://b.example.com:8443")
    }

    @Test(arguments: [
        "http://hoistway.example.com", "http://10.0.0.1:8421", "http://localhost.example.com", "http://127.example.com",
        "http://127.0.0.1.example.com",
    ])
    func `a token does not travel in the clear unless that is asked for`(_ url: String) throws {
        #expect(throws: CommandFailure.plainHTTP(server: url)) {
            try ServerAddress(options("--server", url), environment: environment)
        }
        let allowed = try options("--server", url, "--allow-plain-http")
        #expect(try ServerAddress(allowed, environment: environment).url == url)
    }

    @Test(arguments: ["two\r\nlines", "a\n", "with blank", "ä"])
    func `a variable that holds no token is named, and its text is not shown`(_ token: String) throws {
        #expect {
            try ServerAddress(options(), environment: ["HOISTWAY_TOKEN": token])
        } throws: { error in
            let failure = error as? CommandFailure
            return failure?.exitStatus == .usage && failure?.message.hasPrefix("HOISTWAY_TOKEN ") == true
                && failure?.message.contains("lines") == false
        }
    }

    @Test(arguments: ["http://localhost:1", "http://127.0.0.1:8421", "http://[::1]:8421"])
    func `to this machine it may`(_ url: String) throws {
        #expect(try ServerAddress(options("--server", url), environment: environment).url == url)
    }

    @Test(arguments: [
        "hoistway.example.com", "ftp://a", "https://", "https://user:pass@a.example.com", "https://a/b", "https://a?b",
    ])
    func `what is no address of a server is refused`(_ url: String) {
        #expect(throws: CommandFailure.badAddress(url)) {
            try ServerAddress(options("--server", url), environment: environment)
        }
    }

    @Test func `address and token come from the server's configuration, whatever else is wrong with it`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hoistway-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = """
            console: {listen: "0.0.0.0:9000"}
            state: {url: "sqlite:./hoistway.db"}
            webhooks:
              receivers: [{name: a, sender: github, secrets: [{env: ONLY_THE_SERVER_HAS_IT}], sources: [all]}]
            """
        try text.write(toFile: "\(folder)/hoistway.yaml", atomically: true, encoding: .utf8)
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        let token = Data("a-token-from-the-state-folder\n".utf8)
        #expect(FileManager.default.createFile(atPath: "\(folder)/token", contents: token, attributes: mode))
        let options = try ClientOptions.parse(["--config", "\(folder)/hoistway.yaml"])
        let address = try ServerAddress(options, environment: [:])
        #expect(address.url == "http://127.0.0.1:9000")
        #expect(address.token == "a-token-from-the-state-folder")
    }

    @Test func `without any token it says where it looked`() {
        #expect(throws: CommandFailure.self) { try ServerAddress(options(), environment: [:]) }
    }

    @Test func `parts of paths are encoded`() {
        #expect(PercentEncoding.escaped("a/b c?ü~") == "a%2Fb%20c%3F%C3%BC~")
    }
}
