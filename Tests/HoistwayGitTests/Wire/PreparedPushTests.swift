import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

/// What a push asks of a server over HTTP can be asked while something else is read.
struct PreparedPushTests {
    private static func start(
        _ seed: SeededRepository
    ) async throws -> (server: GitHTTPServer, transport: any GitTransport) {
        let server = try await GitHTTPServer.start(root: seed.folder.path)
        return (server, try makeTransport(url: server.url(for: "app.git"), options: GitTransportOptions()))
    }

    /// Method, and what comes after the repository's URL.
    private static func line(_ request: GitHTTPServer.Request) -> String {
        "\(request.method) \(request.uri.replacing("/app.git/", with: ""))"
    }

    @Test func `a push that was prepared is one request, on a connection that is open already`() async throws {
        let seed = try await SeededRepository.make()
        let (third, pack) = try await seed.change(from: seed.second, content: "tag: 3\n")
        let (server, transport) = try await Self.start(seed)
        defer { server.stop() }
        async let prepared: Void = transport.preparePush()
        _ = try await transport.refs(prefixes: ["refs/heads/main"])
        _ = try await transport.pack(FetchRequest(wants: [seed.second], filter: .tree(depth: 1), depth: 1))
        await prepared
        let known = try await server.requests(atLeast: 4).count
        // What is known is not asked again.
        await transport.preparePush()
        func push(_ old: ObjectID, _ new: ObjectID, _ bytes: [UInt8]) async throws -> [RefResult] {
            try await transport.push([RefUpdate(ref: "refs/heads/main", old: old, new: new)], bytes: bytes)
        }
        #expect(try await push(seed.second, third, pack) == [.pushed])
        let (fourth, next) = try await seed.change(from: third, content: "tag: 4\n")
        #expect(try await push(third, fourth, next) == [.pushed])
        await transport.close()
        let requests = try await server.requests(atLeast: known + 2)
        let greeting = "GET info/refs?service=git-receive-pack"
        let reading = ["GET info/refs?service=git-upload-pack", "POST git-upload-pack", "POST git-upload-pack"]
        #expect(requests.map(Self.line).count { $0 == greeting } == 1)
        #expect(
            requests.map(Self.line).filter { $0 != greeting } == reading
                + Array(repeating: "POST git-receive-pack", count: 2)
        )
        // The two that were asked beside each other.
        let connections = Set(requests.map(\.connection))
        #expect(connections.count <= 2)
        #expect(Set(requests.dropLast(2).map(\.connection)) == connections, "no connection was made for the pushes")
    }

    @Test func `a branch that moves between what was prepared and the push stays where it is`() async throws {
        let seed = try await SeededRepository.make()
        let (third, pack) = try await seed.change(from: seed.second, content: "tag: 3\n")
        let (other, otherPack) = try await seed.change(from: seed.second, content: "tag: 4\n")
        let (server, transport) = try await Self.start(seed)
        defer { server.stop() }
        await transport.preparePush()
        let faster = try makeTransport(url: server.url(for: "app.git"), options: GitTransportOptions())
        let update = RefUpdate(ref: "refs/heads/main", old: seed.second, new: other)
        #expect(try await faster.push([update], bytes: otherPack) == [.pushed])
        await faster.close()
        let results = try await transport.push(
            [RefUpdate(ref: "refs/heads/main", old: seed.second, new: third)],
            bytes: pack
        )
        guard case .moved = results.first else {
            Issue.record("the server did not compare: \(results)")
            return
        }
        #expect(try await seed.id("main") == other)
        // Built again on the new tip, it is taken.
        let (again, built) = try await seed.change(from: other, content: "tag: 5\n")
        let later = RefUpdate(ref: "refs/heads/main", old: other, new: again)
        #expect(try await transport.push([later], bytes: built) == [.pushed])
        await transport.close()
    }

    @Test func `a server that cannot be asked beforehand fails the push, and nothing before it`() async throws {
        let seed = try await SeededRepository.make()
        let (third, pack) = try await seed.change(from: seed.second, content: "tag: 3\n")
        let (server, transport) = try await Self.start(seed)
        server.stop()
        await transport.preparePush()
        await #expect(throws: GitFailure.self) {
            try await transport.push(
                [RefUpdate(ref: "refs/heads/main", old: seed.second, new: third)],
                bytes: pack
            )
        }
        await transport.close()
    }
}
