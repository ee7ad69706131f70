import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Synchronization
import Testing

/// The host in memory, which other tests rest on.
struct InMemoryForgeTests {
    @Test func `the Git host in memory keeps the contract of the port`() async throws {
        let count = Mutex<UInt8>(0)
        let branches = NamedBranches(["main": .zero])
        let forge = InMemoryForge(branches)
        try await ForgeContract.run(
            ForgeContract.Subject(
                forge: forge,
                push: { branch in
                    let number = count.withLock { count in
                        count += 1
                        return count
                    }
                    let commit = try #require(ObjectID(bytes: [UInt8](repeating: number, count: 20)))
                    branches.set(branch, to: commit)
                    return commit
                },
                close: { forge.change($0) { $0.state = .closed } },
                reopen: { forge.change($0) { $0.state = .open } },
                mergeByHand: { try await forge.mergeByHand($0) },
                hold: { forge.hold($0, $1 ? .notYet("a check is missing") : nil) },
                retarget: { number, branch in forge.change(number) { $0.targetBranch = branch } }
            )
        )
    }
}
