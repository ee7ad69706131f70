import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

/// What a push over HTTP asks of the server before it sends anything.
struct RememberedGreetingTests {
    @Test func `the second push is one request; after one that was not taken the server is asked again`() async throws {
        let seed = try await SeededRepository.make()
        let (third, pack) = try await seed.change(from: seed.second, content: "tag: 3\n")
        let (other, otherPack) = try await seed.change(from: seed.second, content: "tag: 4\n")
        try await TransportKind.http.withTransport(root: seed.folder.path) { transport in
            func requests(_ updates: [RefUpdate], _ bytes: [UInt8]) async throws -> (Int, [RefResult]) {
                let before = transport.statistics.roundTrips
                let results = try await transport.push(updates, bytes: bytes)
                return (transport.statistics.roundTrips - before, results)
            }
            func make(_ name: String) -> RefUpdate {
                RefUpdate(ref: "refs/heads/\(name)", old: .zero, new: third)
            }
            #expect(try await requests([make("one")], pack) == (2, [.pushed]))
            #expect(try await requests([make("two")], pack) == (1, [.pushed]))

            // Somebody else was faster: nothing told so beforehand, and the server does.
            let late = RefUpdate(ref: "refs/heads/one", old: seed.second, new: other)
            let (count, results) = try await requests([late], otherPack)
            #expect(count == 1)
            guard case .moved = results.first else {
                Issue.record("not moved: \(results)")
                return
            }
            #expect(try await seed.id("one") == third)
            let (again, told) = try await requests([late], otherPack)
            #expect(again == 1, "the greeting alone, which tells where the branch is")
            #expect(told == [.moved("refs/heads/one is at \(third), not at \(seed.second)")])

            // Names that cannot stand side by side are no race, whoever finds out.
            #expect(try await requests([make("three")], pack) == (1, [.pushed]))
            guard case .refused = try await requests([make("three/below")], pack).1.first else {
                Issue.record("a branch below another branch was not refused")
                return
            }
            try await seed.repository.fsck()
        }
    }
}
