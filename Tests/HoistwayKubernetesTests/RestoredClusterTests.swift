import HoistwayModel
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayKubernetes

/// A cluster that comes back as it was before: a restored backup has older versions of everything.
struct RestoredClusterTests {
    /// How the connection to the server before the restore ends.
    enum Break: CaseIterable, Sendable {
        /// The server is back before anybody has asked again.
        case short
        /// It refuses a while.
        case long
    }

    @Test(arguments: Break.allCases)
    func `what a restored cluster has is listed again, and what it lost is told as deleted`(
        _ kind: Break
    ) async throws {
        let state = Mutex((watches: 0, refusals: kind == .long ? 2 : 0))
        let server = try ScriptedServer { head in
            let old = Widget.json("old", version: "40")
            return state.withLock { state in
                let isRestored = state.watches > 0
                if isRestored, state.refusals > 0 {
                    state.refusals -= 1
                    return [ScriptedServer.json("503 Service Unavailable", "", headers: ["Retry-After: 0"])]
                }
                if head.contains("watch=true") {
                    state.watches += 1
                    if !isRestored {
                        return [
                            ScriptedServer.watch([ScriptedServer.event("ADDED", Widget.json("new", version: "1005"))]),
                            .close,
                        ]
                    }
                    // As a real one: of a version that is still to come, nothing is told.
                    return [ScriptedServer.watch(), .hang]
                }
                let items = isRestored ? [old] : [old, Widget.json("lost", version: "900")]
                // The longer it is away, the more it has done since: only a list tells what is there.
                let version = !isRestored ? "1000" : kind == .long ? "2000" : "50"
                return [ScriptedServer.json("200 OK", Widget.list(items, version: version))]
            }
        }
        defer { server.stop() }
        let client = try server.client()
        var options = ReflectorOptions()
        options.firstPause = .milliseconds(5)
        options.longestPause = .milliseconds(20)
        let reflector = Reflector(
            client,
            Widget.resource,
            ObjectSelection(namespace: nil),
            as: Widget.self,
            clock: TestClock(),
            options: options
        )
        let deleted = Mutex<[String]>([])
        let run = Task {
            await reflector.run { event in
                if case .deleted(let metadata) = event { deleted.withLock { $0.append(metadata.name) } }
            }
        }
        try await eventually("the second list") {
            let state = reflector.state
            return state.lists == 2 && state.isCurrent
        }
        #expect(deleted.withLock { $0.sorted() } == ["lost", "new"])
        #expect(reflector.state.count == 1)
        run.cancel()
        await run.value
        await client.shutdown()
    }
}
