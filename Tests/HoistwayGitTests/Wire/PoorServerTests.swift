import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

/// Servers that offer less: the nearest larger set comes, and the abilities say so.
struct PoorServerTests {
    private let poor = ["uploadpack.allowFilter": "false", "uploadpack.allowAnySHA1InWant": "false"]

    @Test(arguments: [TransportKind.http, .ssh, .file])
    func `v2 without filters sends whole commits, one deep`(_ kind: TransportKind) async throws {
        let seed = try await SeededRepository.make(configuration: poor)
        try await kind.withTransport(root: seed.folder.path) { transport in
            let abilities = try await transport.refs(prefixes: []).abilities
            #expect(abilities.isVersion2 && abilities.canDeepen && abilities.canWantAnyObject)
            #expect(!abilities.canFilter)
            let request = FetchRequest(wants: [seed.second], filter: .tree(depth: 1), depth: 1)
            let objects = try await transport.pack(request).objects()
            #expect(objects["commit"] == [seed.second])
            #expect(objects["blob"]?.count == 3)
        }
    }

    @Test(arguments: [TransportKind.httpWithoutVersion2, .sshWithoutAcceptEnv])
    func `v0 without anything sends what hangs below a branch`(_ kind: TransportKind) async throws {
        let seed = try await SeededRepository.make(configuration: poor)
        try await kind.withTransport(root: seed.folder.path) { transport in
            let abilities = try await transport.refs(prefixes: []).abilities
            #expect(!abilities.isVersion2 && !abilities.canWantAnyObject && !abilities.canFilter)
            #expect(abilities.canDeepen)
            let request = FetchRequest(wants: [seed.second], filter: .tree(depth: 1), depth: 1)
            let objects = try await transport.pack(request).objects()
            #expect(objects["commit"] == [seed.second])
            #expect(objects["blob"]?.count == 3)
            // A folder alone cannot be had there; over http Git is more generous than it says.
            guard kind == .sshWithoutAcceptEnv else { return }
            let folder = try await seed.id("main:env")
            let failure = await #expect(throws: GitFailure.self) {
                try await transport.pack(FetchRequest(wants: [folder], filter: .tree(depth: 0)))
            }
            #expect(failure == .missingObject(url: transport.displayURL, folder))
        }
    }
}
