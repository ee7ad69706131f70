import Foundation
import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

/// Processes behind a transport: kept while they are of use, gone when they are not.
struct ProcessTransportTests {
    private func options(_ server: GitSSHServer) -> GitTransportOptions {
        var options = GitTransportOptions()
        options.sshKey = Secret(server.privateKey)
        options.knownHosts = server.knownHosts
        return options
    }

    @Test func `over ssh one login serves all reading of a promotion`() async throws {
        let seed = try await SeededRepository.make()
        let server = try await GitSSHServer.start()
        defer { server.stop() }
        let keys = try TemporaryFolder("hoistway-keys")
        var options = options(server)
        options.temporaryFolder = keys.path
        let transport = try makeTransport(url: server.url(for: seed.repository.path), options: options)
        _ = try await transport.refs(prefixes: ["refs/heads/"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: keys.path).isEmpty, "the key is gone again")
        for depth in 0..<3 {
            _ = try await transport.pack(FetchRequest(wants: [seed.second], filter: .tree(depth: depth), depth: 1))
        }
        // One for the process, one for each request.
        #expect(transport.statistics.roundTrips == 1 + 4)
        #expect(try await server.logins(atLeast: 1) == 1)
        await transport.close()
    }

    @Test func `without v2 one login serves the refs and the fetch that follows`() async throws {
        let seed = try await SeededRepository.make()
        let server = try await GitSSHServer.start(acceptsGitProtocol: false)
        defer { server.stop() }
        let transport = try makeTransport(url: server.url(for: seed.repository.path), options: options(server))
        let (refs, abilities) = try await transport.refs(prefixes: ["refs/heads/"])
        #expect(!abilities.isVersion2)
        #expect(refs.refs["refs/heads/main"] == seed.second)
        _ = try await transport.pack(FetchRequest(wants: [seed.second], depth: 1))
        #expect(try await server.logins(atLeast: 1) == 1)
        _ = try await transport.refs(prefixes: [])
        #expect(try await server.logins(atLeast: 2) == 2)
        await transport.close()
    }

    @Test(arguments: [true, false])
    func `refs are told as they are now, although the process is kept`(isPacked: Bool) async throws {
        let seed = try await SeededRepository.make()
        if isPacked { try await seed.repository.git("pack-refs", "--all") }
        let transport = try makeTransport(url: "file://\(seed.repository.path)", options: GitTransportOptions())
        let before = try await transport.refs(prefixes: ["refs/heads/"]).snapshot.refs["refs/heads/main"]
        _ = try await transport.pack(FetchRequest(wants: [seed.second], filter: .tree(depth: 0), depth: 1))
        try await seed.repository.commit(["more": "by another"])
        let after = try await transport.refs(prefixes: ["refs/heads/"]).snapshot.refs["refs/heads/main"]
        #expect(before == seed.second)
        #expect(after == (try await seed.id("main")) && after != before)
        await transport.close()
    }

    @Test func `a host key or a user key that is not known is told as such`() async throws {
        let seed = try await SeededRepository.make()
        let server = try await GitSSHServer.start()
        let other = try await GitSSHServer.start()
        defer {
            server.stop()
            other.stop()
        }
        var wrongHost = options(server)
        wrongHost.knownHosts = other.knownHosts
        var wrongUser = options(server)
        wrongUser.sshKey = Secret(other.privateKey)
        let url = server.url(for: seed.repository.path)
        let first = try makeTransport(url: url, options: wrongHost)
        let failure = await #expect(throws: GitFailure.self) { try await first.refs(prefixes: []) }
        guard case .unreachable(_, let detail) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(detail.contains("host key"))
        let second = try makeTransport(url: url, options: wrongUser)
        let refusal = await #expect(throws: GitFailure.self) { try await second.refs(prefixes: []) }
        guard case .unauthorized = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        await first.close()
        await second.close()
    }

    @Test func `a closed transport leaves neither process nor open file behind`() async throws {
        let seed = try await SeededRepository.make()
        let url = "file://\(seed.repository.path)"
        for _ in 0..<5 {
            let transport = try makeTransport(url: url, options: GitTransportOptions())
            _ = try await transport.refs(prefixes: [])
            await transport.close()
        }
        #expect(try await Self.processes(naming: seed.repository.path) == 0)
    }

    @Test func `a cancelled fetch ends its process`() async throws {
        let seed = try await SeededRepository.make()
        // Far more than the socket to the process holds, so that it is still sending.
        try await seed.repository.commit(["noise": GitRepositoryFixture.noise(megabytes: 2)])
        let tip = try await seed.id("main")
        let transport = try makeTransport(
            url: "file://\(seed.repository.path)",
            options: GitTransportOptions()
        )
        let (started, signal) = AsyncStream.makeStream(of: Void.self)
        let fetching = Task {
            try await transport.fetch(FetchRequest(wants: [tip])) {
                (_: ArraySlice<UInt8>) async throws(GitFailure) in
                signal.yield()
                // Until it is cancelled.
                try? await Task.sleep(for: .seconds(60))
            }
        }
        for await _ in started { break }
        fetching.cancel()
        _ = await fetching.result
        #expect(try await Self.processes(naming: seed.repository.path) == 0)
        await transport.close()
    }

    @Test func `an unused process is let go after a while`() async throws {
        let seed = try await SeededRepository.make()
        var options = GitTransportOptions()
        options.sessionIdleTime = .milliseconds(50)
        let transport = try makeTransport(url: "file://\(seed.repository.path)", options: options)
        _ = try await transport.refs(prefixes: [])
        try await eventually("the end of the process") {
            try await Self.processes(naming: seed.repository.path) == 0
        }
        _ = try await transport.refs(prefixes: [])
        await transport.close()
    }

    @Test func `a program gets its input and output, and no other open file of ours`() async throws {
        let ours = dup(STDERR_FILENO)
        defer { close(ours) }
        let child = try ChildProcess(["ls", "/proc/self/fd"], environment: ["PATH": TestProgram.searchPath])
        var listed: [UInt8] = []
        while let piece = await child.read(timeout: .seconds(20)), !piece.isEmpty { listed += piece }
        child.end()
        // The last is the folder that it lists.
        #expect(String(decoding: listed, as: UTF8.self) == "0\n1\n2\n3\n")
    }

    /// How many processes have `path` among their arguments.
    private static func processes(naming path: String) async throws -> Int {
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }
        return names.count { name in
            let line = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(name)/cmdline"))) ?? Data()
            return String(decoding: line, as: UTF8.self).contains(path)
        }
    }
}
