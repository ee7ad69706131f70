import HoistwayModel
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayKubernetes

struct ReflectorTests {
    /// What a reflector told, in short words.
    private final class Told: Sendable {
        private let words = Mutex<[String]>([])

        var all: [String] { words.withLock(\.self) }

        func add(_ event: ReflectorEvent<Widget>) {
            let word =
                switch event {
                case .listed(let object): "listed \(Self.word(object))"
                case .added(let object): "added \(Self.word(object))"
                case .modified(let object): "modified \(Self.word(object))"
                case .deleted(let metadata): "deleted \(metadata.name)"
                case .synced: "synced"
                case .disconnected(let failure): "disconnected \(failure.reason)"
                }
            words.withLock { $0.append(word) }
        }

        private static func word(_ object: ReadObject<Widget>) -> String {
            switch object {
            case .object(let object): "\(object.metadata.name)=\(object.value.spec.size)"
            case .unreadable(let metadata, _): "\(metadata.name) unreadable"
            }
        }
    }

    private static var quick: ReflectorOptions {
        var options = ReflectorOptions()
        options.firstPause = .milliseconds(5)
        options.longestPause = .milliseconds(20)
        options.shortWatch = .zero
        return options
    }

    /// Follows a server's objects until `done` says so.
    private func follow(
        _ server: ScriptedServer,
        _ waiting: String,
        options: ReflectorOptions = quick,
        change: (inout KubernetesOptions) -> Void = { _ in },
        until done: (Told, ReflectorState) throws -> Bool
    ) async throws -> [String] {
        let client = try server.client(change: change)
        let told = Told()
        let reflector = Reflector(
            client,
            Widget.resource,
            ObjectSelection(namespace: nil),
            as: Widget.self,
            clock: TestClock(),
            options: options
        )
        let run = Task { await reflector.run { told.add($0) } }
        do {
            try await eventually(waiting) { try done(told, reflector.state) }
        } catch {
            Issue.record("told so far: \(told.all)")
        }
        run.cancel()
        await run.value
        await client.shutdown()
        server.stop()
        return told.all
    }

    /// Answers lists and watches by their number, counted from 0; the last one again and again.
    private func server(lists: [ScriptedServer.Step], watches: [[ScriptedServer.Step]]) throws -> ScriptedServer {
        let counts = Mutex((lists: 0, watches: 0))
        return try ScriptedServer { head in
            counts.withLock { counts in
                if head.contains("watch=true") {
                    counts.watches += 1
                    return watches[min(counts.watches, watches.count) - 1]
                }
                counts.lists += 1
                return [lists[min(counts.lists, lists.count) - 1]]
            }
        }
    }

    private func list(_ items: [String], version: String) -> ScriptedServer.Step {
        ScriptedServer.json("200 OK", Widget.list(items, version: version))
    }

    private func watches(of server: ScriptedServer) -> [String] {
        server.received.map(\.head).filter { $0.contains("watch=true") }.compactMap { head in
            head.split { "?& ".contains($0) }.first { $0.hasPrefix("resourceVersion=") }.map(String.init)
        }
    }

    @Test func `it lists, and then tells what happens`() async throws {
        let server = try server(
            lists: [list([Widget.json("a", version: "1"), Widget.json("b", version: "2")], version: "5")],
            watches: [
                [
                    ScriptedServer.watch([
                        ScriptedServer.event("MODIFIED", Widget.json("a", size: 2, version: "6")),
                        ScriptedServer.event("ADDED", Widget.json("c", version: "7")),
                        ScriptedServer.event("DELETED", Widget.json("b", version: "8")),
                        // Told before, in the same version.
                        ScriptedServer.event("MODIFIED", Widget.json("c", version: "7")),
                        ScriptedServer.event("ADDED", Widget.json("c", size: 3, version: "9", uid: "another")),
                    ]), .hang,
                ]
            ]
        )
        let told = try await follow(server, "all events") { told, state in
            told.all.last == "added c=3" && state.isCurrent && state.count == 2
        }
        #expect(
            told == [
                "listed a=1", "listed b=1", "synced", "modified a=2", "added c=1", "deleted b", "deleted c",
                "added c=3",
            ]
        )
        #expect(watches(of: server) == ["resourceVersion=5"])
    }

    @Test func `a watch that ends goes on at the last version, bookmarks included`() async throws {
        let server = try server(
            lists: [list([Widget.json("a")], version: "5")],
            watches: [
                [ScriptedServer.watch([ScriptedServer.bookmark("17")]), ScriptedServer.watchEnd],
                [
                    ScriptedServer.watch([ScriptedServer.event("ADDED", Widget.json("b", version: "20"))]),
                    ScriptedServer.watchEnd,
                ],
                [ScriptedServer.watch(), .hang],
            ]
        )
        let told = try await follow(server, "the third watch") { _, _ in watches(of: server).count == 3 }
        #expect(told == ["listed a=1", "synced", "added b=1"])
        #expect(watches(of: server) == ["resourceVersion=5", "resourceVersion=17", "resourceVersion=20"])
    }

    @Test func `a watch that breaks is told, and goes on where it was`() async throws {
        let server = try server(
            lists: [list([Widget.json("a")], version: "5"), list([], version: "6")],
            watches: [
                [ScriptedServer.watch([ScriptedServer.event("ADDED", Widget.json("b", version: "6"))]), .close],
                [ScriptedServer.watch([ScriptedServer.event("ADDED", Widget.json("c", version: "7"))]), .hang],
            ]
        )
        let told = try await follow(server, "the second watch") { told, _ in told.all.last == "added c=1" }
        #expect(told == ["listed a=1", "synced", "added b=1", "disconnected unreachable", "synced", "added c=1"])
        #expect(watches(of: server) == ["resourceVersion=5", "resourceVersion=6"])
    }

    @Test func `a watch that says nothing is given up`() async throws {
        let server = try server(
            lists: [list([Widget.json("a")], version: "5")],
            watches: [[ScriptedServer.watch(), .hang]]
        )
        let told = try await follow(
            server,
            "the third watch",
            change: {
                $0.watchTimeout = .milliseconds(100)
                $0.watchMargin = .milliseconds(100)
            }
        ) { _, _ in watches(of: server).count >= 3 }
        #expect(told.prefix(3) == ["listed a=1", "synced", "disconnected timedOut"])
    }

    @Test(arguments: [true, false])
    func `versions that are gone lead to a new list, and what it does not have was deleted`(_ inWatch: Bool)
        async throws
    {
        let status = Widget.status(410, "Expired", "too old resource version: 5 (9)")
        let gone: [ScriptedServer.Step] =
            inWatch
            ? [ScriptedServer.watch([ScriptedServer.event("ERROR", status)]), ScriptedServer.watchEnd]
            : [ScriptedServer.json("410 Gone", status)]
        let server = try server(
            lists: [
                list([Widget.json("a"), Widget.json("b"), Widget.json("c")], version: "5"),
                list([Widget.json("a"), Widget.json("c", size: 4, version: "8"), Widget.json("d")], version: "9"),
            ],
            watches: [gone, [ScriptedServer.watch(), .hang]]
        )
        let told = try await follow(server, "the second watch") { _, state in
            watches(of: server).count == 2 && state.isCurrent
        }
        #expect(
            told == [
                "listed a=1", "listed b=1", "listed c=1", "synced", "listed c=4", "listed d=1", "deleted b", "synced",
            ]
        )
        #expect(watches(of: server) == ["resourceVersion=5", "resourceVersion=9"])
    }

    @Test func `lines of garbage are survived, and a list helps where they come again`() async throws {
        let server = try server(
            lists: [
                list([Widget.json("a")], version: "5"), list([Widget.json("a", size: 2, version: "6")], version: "6"),
            ],
            watches: [
                [ScriptedServer.watch(["<html>"]), .hang], [ScriptedServer.watch(["{\"type\":\"NEWS\"}"]), .hang],
                [ScriptedServer.watch(), .hang],
            ]
        )
        let told = try await follow(server, "the third watch") { _, state in
            watches(of: server).count == 3 && state.isCurrent
        }
        #expect(
            told == [
                "listed a=1", "synced", "disconnected garbage", "synced", "disconnected garbage", "listed a=2",
                "synced",
            ]
        )
        #expect(watches(of: server) == ["resourceVersion=5", "resourceVersion=5", "resourceVersion=6"])
    }

    @Test func `an object that cannot be read is told, and the others go on`() async throws {
        let odd = Widget.json("odd", version: "6").replacing("\"size\":1", with: "\"size\":null")
        let server = try server(
            lists: [list([odd, Widget.json("a")], version: "6")],
            watches: [
                [
                    ScriptedServer.watch([
                        ScriptedServer.event("MODIFIED", odd.replacing("\"6\"", with: "\"7\"")),
                        ScriptedServer.event("MODIFIED", Widget.json("odd", size: 5, version: "8")),
                    ]), .hang,
                ]
            ]
        )
        let told = try await follow(server, "the last event") { told, _ in told.all.last == "modified odd=5" }
        #expect(told == ["listed odd unreadable", "listed a=1", "synced", "modified odd unreadable", "modified odd=5"])
    }

    @Test func `a dead cluster is asked again and again until it lives`() async throws {
        let busy = ScriptedServer.json("503 Service Unavailable", "", headers: ["Retry-After: 0"])
        let server = try server(
            lists: [busy, busy, list([Widget.json("a")], version: "5")],
            watches: [[ScriptedServer.watch(), .hang]]
        )
        let told = try await follow(server, "the list") { _, state in state.isCurrent && state.failure == nil }
        let failed = "disconnected serverError(status: 503)"
        #expect(told == [failed, failed, "listed a=1", "synced"])
    }

    @Test func `a slow reader holds up the server, and nothing gathers in memory`() async throws {
        let line = Array((ScriptedServer.event("MODIFIED", Widget.json("a", padding: 60_000)) + "\n").utf8)
        let chunk = Array("\(String(line.count, radix: 16))\r\n".utf8) + line + Array("\r\n".utf8)
        let server = try server(
            lists: [list([Widget.json("a", version: "0")], version: "5")],
            watches: [[ScriptedServer.watch(), .flood(chunk, times: 2000)]]
        )
        let client = try server.client()
        let reflector = Reflector(
            client,
            Widget.resource,
            ObjectSelection(namespace: nil),
            as: Widget.self,
            clock: TestClock(),
            options: Self.quick
        )
        let (held, hold) = AsyncStream<Void>.makeStream()
        let run = Task {
            await reflector.run { event in
                guard case .modified = event else { return }
                for await _ in held { return }
            }
        }
        // As much as the buffers on the way take, of 120 MB; then nothing more.
        try await eventually("the server to be held up") { server.isHeldUp }
        #expect(server.sent > line.count && server.sent < 24 << 20)
        hold.finish()
        run.cancel()
        await run.value
        await client.shutdown()
        server.stop()
    }
}

extension ScriptedServer {
    fileprivate func client(change: (inout KubernetesOptions) -> Void) throws -> KubernetesClient {
        try client(.none, change)
    }
}
