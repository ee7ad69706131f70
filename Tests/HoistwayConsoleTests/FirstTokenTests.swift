import Foundation
import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayConsole

struct FirstTokenTests {
    private let now = Timestamp(seconds: 1)

    private func inFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hoistway-token-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await body(folder)
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func `the first start makes a token that only its owner can read, and stores its hash`() async throws {
        try await inFolder { folder in
            let store = FakeStore()
            let made = try await FirstToken.ensure(store: store, stateFolder: folder, environment: [:], now: now)
            #expect(made == .file(path: "\(folder)/token"))
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/token")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let token = try #require(try TokenFile.read("\(folder)/token"))
            #expect(try await store.tokens().map(\.hash) == [SHA256.hash(token)])
            let again = try await FirstToken.ensure(store: store, stateFolder: folder, environment: [:], now: now)
            #expect(again == .present)
        }
    }

    @Test func `a state that was made anew takes over the token that is there`() async throws {
        try await inFolder { folder in
            _ = try await FirstToken.ensure(store: FakeStore(), stateFolder: folder, environment: [:], now: now)
            let token = try #require(try TokenFile.read("\(folder)/token"))
            let fresh = FakeStore()
            _ = try await FirstToken.ensure(store: fresh, stateFolder: folder, environment: [:], now: now)
            #expect(try await fresh.tokens().map(\.hash) == [SHA256.hash(token)])
        }
    }

    @Test func `a first token that was deleted does not come back with a restart`() async throws {
        try await inFolder { folder in
            let store = FakeStore()
            _ = try await FirstToken.ensure(store: store, stateFolder: folder, environment: [:], now: now)
            let own = TokenRecord(name: "own", hash: [1], role: .admin, project: nil, createdAt: now)
            try await store.put(own)
            try await store.removeToken(named: "first")
            _ = try await FirstToken.ensure(store: store, stateFolder: folder, environment: [:], now: now)
            #expect(try await store.tokens().map(\.name) == ["own"])
        }
    }

    @Test func `the environment's token counts while it is there, and its old value no longer`() async throws {
        try await inFolder { folder in
            let store = FakeStore()
            for token in ["a-token-of-the-environment-1", "a-token-of-the-environment-2"] {
                _ = try await FirstToken.ensure(
                    store: store,
                    stateFolder: folder,
                    environment: ["HOISTWAY_TOKEN": token],
                    now: now
                )
                #expect(try await store.tokens().map(\.hash) == [SHA256.hash(token)])
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/token"))
            _ = try await FirstToken.ensure(store: store, stateFolder: folder, environment: [:], now: now)
            #expect(try await store.tokens().map(\.name) == ["first"])
        }
    }

    @Test func `a token that can be guessed, or read by others, is refused`() async throws {
        try await inFolder { folder in
            await #expect(throws: FirstTokenFailure.tooShort) {
                try await FirstToken.ensure(
                    store: FakeStore(),
                    stateFolder: folder,
                    environment: ["HOISTWAY_TOKEN": "short"],
                    now: now
                )
            }
            let path = "\(folder)/token"
            let contents = Data("a-token-that-everybody-can-read\n".utf8)
            let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o644]
            #expect(FileManager.default.createFile(atPath: path, contents: contents, attributes: mode))
            await #expect(throws: FirstTokenFailure.readable(path: path)) {
                try await FirstToken.ensure(store: FakeStore(), stateFolder: folder, environment: [:], now: now)
            }
        }
    }
}
