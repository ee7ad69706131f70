import AsyncHTTPClient
import HoistwayTestServers
import NIOCore
import NIOHTTP1
import Testing

/// What goes wrong on purpose goes wrong as it does with the real server.
struct KubernetesServerTests {
    private static let base = KubernetesResource.applications.path(namespace: "argocd")

    private static func server(_ names: String...) async throws -> KubernetesServer {
        let server = try await KubernetesServer.start()
        for name in names {
            server.put(ApplicationFixture(name, .init("https://git.example/shop")).value, of: .applications)
        }
        return server
    }

    @Test func `a list goes on as it began, until its token is too old`() async throws {
        let server = try await Self.server("a", "b", "c", "d")
        defer { server.stop() }
        let first = try await WireClient.get(server, "\(Self.base)?limit=2").json
        let token = try #require(first["metadata", "continue"]?.string)
        #expect(first["metadata", "remainingItemCount"] == 2)
        server.remove(.applications, "c")
        let second = try await WireClient.get(server, "\(Self.base)?limit=2&continue=\(token)").json
        #expect(second["items"]?.list?.map { $0["metadata", "name"]?.string } == ["c", "d"])
        #expect(second["metadata", "resourceVersion"] == first["metadata", "resourceVersion"])
        server.forgetHistory()
        let late = try await WireClient.get(server, "\(Self.base)?limit=2&continue=\(token)")
        #expect(late.status == 410)
        #expect(try late.json["reason"] == "Expired")
    }

    @Test func `a watch begins behind its version, with labels coming and going`() async throws {
        let server = try await Self.server("a", "b")
        defer { server.stop() }
        let version = server.version
        server.edit(.applications, "a") { $0["metadata", "labels", "tier"] = "front" }
        let watch = try await WireClient.watch(
            server,
            "\(Self.base)?watch=true&allowWatchBookmarks=true&labelSelector=tier%3Dfront&resourceVersion=\(version)"
        )
        #expect(try await watch.next()?["type"] == "ADDED")
        server.edit(.applications, "b") { $0["spec", "project"] = "other" }
        server.edit(.applications, "a") { $0["spec", "project"] = "other" }
        #expect(try await watch.next()?["type"] == "MODIFIED")
        server.edit(.applications, "a") { $0["metadata", "labels"] = nil }
        #expect(try await watch.next()?["type"] == "DELETED")
        server.sendBookmarks()
        let bookmark = try #require(try await watch.next())
        #expect(bookmark["type"] == "BOOKMARK")
        #expect(bookmark["object", "metadata", "resourceVersion"]?.string == String(server.version))
        server.failWatches()
        #expect(try await watch.next()?["object", "code"] == 410)
        #expect(try await watch.next() == nil)
        server.forgetHistory()
        let late = try await WireClient.watch(server, "\(Self.base)?watch=true&resourceVersion=\(version)")
        #expect(try await late.next()?["object", "reason"] == "Expired")
        #expect(try await WireClient.get(server, "\(Self.base)?watch=true&sendInitialEvents=true").status == 422)
    }

    @Test func `only who has read the newest version may write`() async throws {
        let server = try await Self.server("a")
        defer { server.stop() }
        let old = try #require(server.object(.applications, "a")?["metadata", "resourceVersion"]?.string)
        server.edit(.applications, "a") { $0["spec", "project"] = "other" }
        let patch = #"{"metadata": {"resourceVersion": "\#(old)"}, "operation": {"sync": {}}}"#
        let refused = try await WireClient.patch(server, "\(Self.base)/a", patch)
        #expect(refused.status == 409)
        #expect(try refused.json["reason"] == "Conflict")
        #expect(server.object(.applications, "a")?["operation"] == nil)
        server.refuseWithConflict(.applications, "a", times: 2)
        for status in [409, 409, 200] {
            #expect(
                try await WireClient.patch(server, "\(Self.base)/a", #"{"operation": {"sync": {}}}"#).status == status
            )
        }
        let version = server.version
        #expect(try await WireClient.patch(server, "\(Self.base)/a", #"{"operation": {"sync": {}}}"#).status == 200)
        #expect(server.version == version, "a write that changes nothing makes no version")
    }

    @Test func `requests are refused, lost, held and answered with garbage`() async throws {
        let server = try await Self.server("a")
        defer { server.stop() }
        server.inject(KubernetesFault(.refuse(.tooManyRequests(retryAfter: 1)), times: 1))
        let slow = try await WireClient.get(server, "\(Self.base)/a")
        #expect(slow.status == 429)
        #expect(slow.headers.first(name: "retry-after") == "1")
        server.inject(KubernetesFault(.answer(Array("<html>".utf8)), verbs: ["get"], times: 1))
        #expect(try await WireClient.get(server, "\(Self.base)/a").body == Array("<html>".utf8))
        server.inject(KubernetesFault(.closeAfterwards, verbs: ["patch"], times: 1))
        await #expect(throws: (any Error).self) {
            try await WireClient.patch(server, "\(Self.base)/a", #"{"spec": {"project": "applied"}}"#)
        }
        #expect(server.object(.applications, "a")?["spec", "project"] == "applied")
        server.beforeWrite { _ in .lose }
        await #expect(throws: (any Error).self) {
            try await WireClient.patch(server, "\(Self.base)/a", #"{"spec": {"project": "lost"}}"#)
        }
        server.beforeWrite(nil)
        #expect(server.object(.applications, "a")?["spec", "project"] == "applied")
        server.makeReadsStale()
        server.edit(.applications, "a") { $0["spec", "project"] = "new" }
        #expect(try await WireClient.get(server, "\(Self.base)/a").json["spec", "project"] == "applied")
        server.heal()
        #expect(try await WireClient.get(server, "\(Self.base)/a").json["spec", "project"] == "new")
        server.inject(KubernetesFault(.hold, verbs: ["get"], times: 1))
        async let held = WireClient.get(server, "\(Self.base)/a").json
        try await eventually("the request that is held") { server.held == 1 }
        server.edit(.applications, "a") { $0["spec", "project"] = "later" }
        server.release()
        #expect(try await held["spec", "project"] == "later")
    }

    @Test func `a server that was down knows what it knew`() async throws {
        let server = try await Self.server("a")
        defer { server.stop() }
        try await server.goDown()
        #expect(!LoopbackPort.isOpen(server.port))
        try await server.listen()
        #expect(try await WireClient.get(server, "\(Self.base)/a").status == 200)
    }

    @Test func `finalizers hold what is deleted`() async throws {
        let server = try await Self.server()
        defer { server.stop() }
        var fixture = ApplicationFixture("a", .init("https://git.example/shop"))
        fixture.finalizers = ["resources-finalizer.argocd.argoproj.io"]
        server.put(fixture.value, of: .applications)
        #expect(try await WireClient.send(server, .DELETE, "\(Self.base)/a").status == 200)
        #expect(server.object(.applications, "a")?["metadata", "deletionTimestamp"] != nil)
        #expect(
            try await WireClient.patch(server, "\(Self.base)/a", #"{"metadata": {"finalizers": null}}"#).status == 200
        )
        #expect(server.object(.applications, "a") == nil)
    }

    @Test func `metadata alone is had for the asking`() async throws {
        let server = try await Self.server("a")
        defer { server.stop() }
        let accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
        let list = try await WireClient.get(server, Self.base, accept: accept).json
        #expect(list["kind"] == "PartialObjectMetadataList")
        #expect(list["items"]?.list?.first?["spec"] == nil)
        #expect(list["items"]?.list?.first?["metadata", "name"] == "a")
    }
}

/// Asks a server as nobody's library would.
enum WireClient {
    struct Answer: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: [UInt8]

        var json: ClusterValue { get throws { try ClusterValue(json: body) } }
    }

    static func get(_ server: KubernetesServer, _ path: String, accept: String? = nil) async throws -> Answer {
        try await send(server, .GET, path, headers: accept.map { ["Accept": $0] } ?? [:])
    }

    @discardableResult
    static func patch(_ server: KubernetesServer, _ path: String, _ body: String) async throws -> Answer {
        try await send(server, .PATCH, path, body, headers: ["Content-Type": "application/merge-patch+json"])
    }

    static func send(
        _ server: KubernetesServer,
        _ method: HTTPMethod,
        _ path: String,
        _ body: String = "",
        headers: HTTPHeaders = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: server.url + path)
        request.method = method
        request.headers = headers
        // A new connection each time: a kept one may just have been closed.
        request.headers.add(name: "Connection", value: "close")
        if !body.isEmpty { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .minutes(2))
        let bytes = try await response.body.collect(upTo: 1 << 26)
        return Answer(
            status: Int(response.status.code),
            headers: response.headers,
            body: Array(bytes.readableBytesView)
        )
    }

    /// Events of a watch, one after another.
    final class Watch {
        private var events: AsyncThrowingStream<ClusterValue, any Error>.AsyncIterator

        init(_ body: HTTPClientResponse.Body) {
            let (stream, continuation) = AsyncThrowingStream<ClusterValue, any Error>.makeStream()
            events = stream.makeAsyncIterator()
            // Ends with the answer, which the server's end ends.
            Task {
                var rest: [UInt8] = []
                do {
                    for try await part in body {
                        rest += part.readableBytesView
                        while let end = rest.firstIndex(of: 0x0A) {
                            continuation.yield(try ClusterValue(json: rest[..<end]))
                            rest.removeSubrange(...end)
                        }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
        }

        /// `nil` at the end.
        func next() async throws -> ClusterValue? { try await events.next(isolation: #isolation) }
    }

    static func watch(_ server: KubernetesServer, _ path: String) async throws -> Watch {
        let request = HTTPClientRequest(url: server.url + path)
        return Watch(try await HTTPClient.shared.execute(request, timeout: .minutes(2)).body)
    }
}
