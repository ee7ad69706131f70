import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

struct HTTPTransportTests {
    @Test func `a repository never seen is read over v2 with a filter, in few small requests`() async throws {
        let seed = try await SeededRepository.make()
        let server = try await GitHTTPServer.start(root: seed.folder.path)
        defer { server.stop() }
        let transport = try makeTransport(url: server.url(for: "app.git"), options: GitTransportOptions())

        let (refs, abilities) = try await transport.refs(prefixes: ["refs/heads/"])
        #expect(refs.refs == ["refs/heads/main": seed.second, "refs/heads/stage/dev": seed.second])
        #expect(refs.defaultBranch == "refs/heads/main")
        #expect(
            abilities == ServerAbilities(isVersion2: true, canWantAnyObject: true, canFilter: true, canDeepen: true)
        )
        let tip = try await transport.pack(FetchRequest(wants: [seed.second], filter: .tree(depth: 1), depth: 1))
        #expect(try await tip.objects() == ["commit": [seed.second], "tree": [seed.id("main^{tree}")]])
        let folder = try await seed.id("main:env")
        let level = try await transport.pack(FetchRequest(wants: [folder], filter: .tree(depth: 0)))
        #expect(try await level.objects() == ["tree": [folder]])
        let statistics = transport.statistics
        await transport.close()

        #expect(statistics.roundTrips == 4)
        let requests = try await server.requests(atLeast: 4)
        #expect(requests.map(\.method) == ["GET", "POST", "POST", "POST"])
        #expect(requests.allSatisfy { $0.gitProtocol == "version=2" && $0.status == 200 })
        #expect(requests[2].body.contains("filter tree:1") && requests[2].body.contains("deepen 1"))
        #expect(Set(requests.map(\.connection)).count == 1, "one connection serves all")
    }

    @Test func `a push moves a branch, and one that is elsewhere is told without being sent`() async throws {
        let seed = try await SeededRepository.make()
        let server = try await GitHTTPServer.start(root: seed.folder.path)
        defer { server.stop() }
        /// As a program does that has just been started.
        func push(_ update: RefUpdate, _ bytes: [UInt8]) async throws -> [RefResult] {
            let transport = try makeTransport(url: server.url(for: "app.git"), options: GitTransportOptions())
            let results = try await transport.push([update], bytes: bytes)
            await transport.close()
            return results
        }
        let (commit, pack) = try await seed.change(from: seed.second, content: "tag: 3\n")
        let update = RefUpdate(ref: "refs/heads/main", old: seed.second, new: commit)

        #expect(try await push(update, pack) == [.pushed])
        #expect(try await seed.id("main") == commit)
        try await seed.repository.fsck()
        // Again: it is there already.
        #expect(try await push(update, pack) == [.pushed])
        let late = RefUpdate(ref: "refs/heads/main", old: seed.second, new: seed.first)
        #expect(try await push(late, pack) == [.moved("refs/heads/main is at \(commit), not at \(seed.second)")])
        let posts = try await server.requests(atLeast: 4).filter { $0.method == "POST" }
        #expect(posts.count == 1)
    }
}
