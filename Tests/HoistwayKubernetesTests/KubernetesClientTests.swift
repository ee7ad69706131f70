import HoistwayCrypto
import HoistwayModel
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayKubernetes

struct KubernetesClientTests {
    private let key = ObjectKey(namespace: "shop", name: "web")

    private func failure<Result>(_ work: () async throws -> Result) async throws -> KubernetesFailure {
        try await #require(throws: KubernetesFailure.self) { _ = try await work() }
    }

    @Test func `an object is read with the fields that its type has`() async throws {
        let server = try ScriptedServer { _ in [ScriptedServer.json("200 OK", Widget.json("web", size: 3))] }
        defer { server.stop() }
        let client = try server.client()
        let object = try await client.get(Widget.resource, key, as: Widget.self)
        #expect(object.metadata == ObjectMetadata(namespace: "shop", name: "web", uid: "uid-web", resourceVersion: "1"))
        #expect(object.value.spec.size == 3)
        let request = try #require(server.received.first)
        #expect(request.head.hasPrefix("GET /apis/example.com/v1/namespaces/shop/widgets/web HTTP/1.1"))
        #expect(request.header("authorization") == "Bearer s3cret-token-of-a-robot")
        #expect(request.header("user-agent") == "hoistway/dev")
        #expect(request.header("accept") == "application/json")
        await client.shutdown()
    }

    @Test(arguments: ["..", "a/b", "", "a?b=c"])
    func `a name that would lead to another URL is never sent`(_ name: String) async throws {
        let server = try ScriptedServer { _ in [ScriptedServer.json("200 OK", Widget.json("web"))] }
        defer { server.stop() }
        let client = try server.client()
        for key in [ObjectKey(namespace: "shop", name: name), ObjectKey(namespace: name, name: "web")] {
            let failure = try await failure { try await client.get(Widget.resource, key, as: Widget.self) }
            #expect(failure.reason == .invalid)
        }
        #expect(server.accepted == 0)
        await client.shutdown()
    }

    @Test(arguments: [
        (401, "Unauthorized", nil, KubernetesFailure.Reason.unauthorized, Retry.few),
        (403, "Forbidden", "web", .forbidden, .few),
        (404, "NotFound", "web", .notFound, .never),
        (404, "NotFound", nil, .unknownKind, .few),
        (409, "Conflict", "web", .conflict, .backoff),
        (409, "AlreadyExists", "web", .alreadyExists, .never),
        (410, "Expired", nil, .expired, .backoff),
        (422, "Invalid", "web", .invalid, .never),
        (429, "TooManyRequests", nil, .tooManyRequests, .after(.seconds(7))),
        (503, "ServiceUnavailable", nil, .serverError(status: 503), .after(.seconds(7))),
        (500, "InternalError", nil, .serverError(status: 500), .after(.seconds(7))),
        (302, "Found", nil, .refused(status: 302), .never),
    ])
    func `each refusal has its reason, and says whether it may pass`(
        _ code: Int,
        _ word: String,
        _ name: String?,
        _ reason: KubernetesFailure.Reason,
        _ retry: Retry
    ) async throws {
        let text = Widget.status(code, word, "the server's words", name: name)
        let server = try ScriptedServer { _ in
            [ScriptedServer.json("\(code) \(word)", text, headers: ["Retry-After: 7"])]
        }
        defer { server.stop() }
        let client = try server.client()
        let failure = try await failure { try await client.get(Widget.resource, key, as: Widget.self) }
        #expect(failure.reason == reason)
        #expect(failure.retry == retry)
        #expect(failure.message.contains("cluster main"))
        await client.shutdown()
    }

    @Test func `what is forbidden names the right that is missing`() async throws {
        let text = Widget.status(403, "Forbidden", "User robot cannot patch widgets", name: "web")
        let server = try ScriptedServer { _ in [ScriptedServer.json("403 Forbidden", text)] }
        defer { server.stop() }
        let client = try server.client()
        let failure = try await failure {
            try await client.patch(Widget.resource, key, .merge(.map([:])), as: Widget.self)
        }
        #expect(
            failure.message == "the cluster main does not allow the login to patch widgets.example.com shop/web (403): "
                + "User robot cannot patch widgets"
        )
        #expect(
            failure.hint == "give its account a Role with apiGroups [\"example.com\"], resources [widgets], "
                + "verbs [patch] in the namespace shop"
        )
        await client.shutdown()
    }

    @Test func `a server that repeats the token, or sends control characters, is not shown so`() async throws {
        let text = Widget.status(
            400,
            "BadRequest",
            "you sent Bearer s3cret-token-of-a-robot \\u001b[31m\\nand czNjcmV0LXRva2VuLW9mLWEtcm9ib3Q="
        )
        let server = try ScriptedServer { _ in [ScriptedServer.json("400 Bad Request", text)] }
        defer { server.stop() }
        let client = try server.client()
        let failure = try await failure { try await client.get(Widget.resource, key, as: Widget.self) }
        #expect(failure.detail == "you sent Bearer *** [31m and ***")
        await client.shutdown()
    }

    @Test func `an answer that makes no sense is told, whatever it is`() async throws {
        for text in ["<html>log in</html>", "{}", "{\"metadata\":{\"name\":\"web\"}}", "[", ""] {
            let server = try ScriptedServer { _ in [ScriptedServer.json("200 OK", text)] }
            let client = try server.client()
            let one = try await failure { try await client.get(Widget.resource, key, as: Widget.self) }
            #expect(one.reason == .garbage)
            let selection = ObjectSelection(namespace: nil)
            let all = try await failure { try await client.list(Widget.resource, selection, as: Widget.self) { _ in } }
            #expect(all.reason == .garbage)
            await client.shutdown()
            server.stop()
        }
    }

    @Test func `nobody there, silence and a cut answer are told as such`() async throws {
        let silent = try ScriptedServer { _ in [.hang] }
        let quick = try silent.client { $0.requestTimeout = .milliseconds(200) }
        let late = try await failure { try await quick.get(Widget.resource, key, as: Widget.self) }
        #expect(late.reason == .timedOut)
        await quick.shutdown()
        silent.stop()

        let cut = try ScriptedServer { _ in
            [.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"items\":[".utf8)), .close]
        }
        let client = try cut.client()
        let broken = try await failure {
            try await client.list(Widget.resource, ObjectSelection(namespace: nil), as: Widget.self) { _ in }
        }
        #expect(broken.reason == .unreachable)
        await client.shutdown()
        cut.stop()

        let nobody = try ScriptedServer { _ in [] }
        nobody.stop()
        try await eventually("the port to be closed") { !LoopbackPort.isOpen(nobody.port) }
        let lonely = try nobody.client()
        let refused = try await failure { try await lonely.get(Widget.resource, key, as: Widget.self) }
        #expect(refused.reason == .unreachable)
        #expect(refused.message.hasPrefix("the cluster main cannot be reached: 127.0.0.1:"))
        #expect(!refused.message.contains("hosts[]"))
        await lonely.shutdown()
    }

    @Test func `an object that is too large is refused, one by one and in a list`() async throws {
        let object = Widget.json("web", padding: 200_000)
        let server = try ScriptedServer { head in
            [ScriptedServer.json("200 OK", head.contains("/web ") ? object : Widget.list([object], version: "1"))]
        }
        defer { server.stop() }
        let client = try server.client { $0.maxObjectBytes = 100_000 }
        let one = try await failure { try await client.get(Widget.resource, key, as: Widget.self) }
        #expect(one.reason == .garbage)
        let all = try await failure {
            try await client.list(Widget.resource, ObjectSelection(namespace: nil), as: Widget.self) { _ in }
        }
        #expect(all.reason == .garbage)
        await client.shutdown()
    }

    // MARK: Lists

    @Test func `a list is asked for page by page, with its selection`() async throws {
        let server = try ScriptedServer { head in
            let next = head.contains("continue=more%2F2")
            let items = next ? [Widget.json("c")] : [Widget.json("a"), Widget.json("b")]
            return [ScriptedServer.json("200 OK", Widget.list(items, version: "9", next: next ? "" : "more/2"))]
        }
        defer { server.stop() }
        let client = try server.client { $0.pageSize = 2 }
        let selection = ObjectSelection(
            namespace: "shop",
            labels: [.equals("team", "a"), .isIn("tier", ["x", "y"]), .isAbsent("example.com/off")],
            fields: ["metadata.name": "a"]
        )
        var names: [String] = []
        let listing = try await client.list(Widget.resource, selection, as: Widget.self) {
            names.append($0.metadata.name)
        }
        #expect(listing == ObjectListing(resourceVersion: "9", count: 3))
        #expect(names == ["a", "b", "c"])
        let query =
            "/apis/example.com/v1/namespaces/shop/widgets?labelSelector=team%3Da%2Ctier%20in%20%28x%2Cy%29%2C"
            + "%21example.com%2Foff&fieldSelector=metadata.name%3Da&limit=2"
        #expect(server.received[0].head.hasPrefix("GET \(query) "))
        #expect(server.received[1].head.hasPrefix("GET \(query)&continue=more%2F2 "))
        await client.shutdown()
    }

    @Test(arguments: [
        LabelRequirement.equals("team", "a,tier=b"), .isIn("tier", []), .isIn("tier", ["a)"]), .exists("a b"),
        .equals("a/b/c", "d"), .isNotIn("", ["x"]),
    ])
    func `a selector that would become another one is not sent`(_ label: LabelRequirement) async throws {
        let server = try ScriptedServer { _ in [ScriptedServer.json("200 OK", Widget.list([], version: "1"))] }
        defer { server.stop() }
        let client = try server.client()
        let selection = ObjectSelection(namespace: nil, labels: [label])
        let failure = try await failure { try await client.list(Widget.resource, selection, as: Widget.self) { _ in } }
        #expect(failure.reason == .invalid)
        #expect(server.accepted == 0)
        await client.shutdown()
    }

    @Test func `an object that cannot be read does not hold up the others`() async throws {
        let odd = Widget.json("odd").replacing("\"size\":1", with: "\"size\":\"large\"")
        let text = Widget.list([Widget.json("a"), odd, Widget.json("b")], version: "9")
        let server = try ScriptedServer { _ in [ScriptedServer.json("200 OK", text)] }
        defer { server.stop() }
        let client = try server.client()
        var unreadable: [String] = []
        let listing = try await client.list(Widget.resource, ObjectSelection(namespace: nil), as: Widget.self) {
            object in
            if case .unreadable(let metadata, let reason) = object { unreadable.append("\(metadata.key): \(reason)") }
        }
        #expect(listing.count == 3)
        #expect(unreadable == ["shop/odd: spec.size is of another type than expected"])
        await client.shutdown()
    }

    @Test func `a list that the server forgets in its middle is begun anew, at last in one piece`() async throws {
        let server = try ScriptedServer { head in
            if head.contains("continue=") {
                return [ScriptedServer.json("410 Gone", Widget.status(410, "Expired", "the continue token is too old"))]
            }
            let isWhole = !head.contains("limit=")
            let items = isWhole ? [Widget.json("a"), Widget.json("b")] : [Widget.json("a")]
            return [ScriptedServer.json("200 OK", Widget.list(items, version: "9", next: isWhole ? "" : "more"))]
        }
        defer { server.stop() }
        let client = try server.client()
        let listing = try await client.list(Widget.resource, ObjectSelection(namespace: nil), as: Widget.self) { _ in }
        #expect(listing == ObjectListing(resourceVersion: "9", count: 2))
        #expect(server.received.count == 5)
        await client.shutdown()
    }

    @Test func `pages that lead nowhere end`() async throws {
        let server = try ScriptedServer { _ in
            [ScriptedServer.json("200 OK", Widget.list([Widget.json("a")], version: "9", next: "again"))]
        }
        defer { server.stop() }
        let client = try server.client()
        let failure = try await failure {
            try await client.list(Widget.resource, ObjectSelection(namespace: nil), as: Widget.self) { _ in }
        }
        #expect(failure.reason == .garbage)
        await client.shutdown()
    }

    @Test(
        arguments: [
            ("pages", "it has more than 5 pages"), ("objects", "it has more than 12 objects"),
            ("bytes", "it has more than 4000 bytes"), ("time", "the list was not complete after 1 s"),
        ]
    )
    func `pages without end lead to one refusal with its bound`(_ bound: String, _ words: String) async throws {
        let pages = Mutex(0)
        let server = try ScriptedServer { _ in
            let page = pages.withLock { pages in
                pages += 1
                return pages
            }
            let items = (0..<4).map { Widget.json("w\(page)-\($0)") }
            return [ScriptedServer.json("200 OK", Widget.list(items, version: "9", next: "page-\(page)"))]
        }
        defer { server.stop() }
        let client = try server.client { options in
            switch bound {
            case "pages": options.listBounds.pages = 5
            case "objects": options.listBounds.objects = 12
            case "bytes": options.listBounds.bytes = 4000
            default: options.listBounds.time = .seconds(1)
            }
        }
        let failure = try await failure {
            try await client.list(Widget.resource, ObjectSelection(namespace: nil), as: Widget.self) { _ in }
        }
        #expect(failure.message.contains(words), "\(failure.message)")
        #expect(failure.reason == (bound == "time" ? .timedOut : .garbage))
        await client.shutdown()
    }

    @Test func `a list that is begun anew and anew has its bounds once`() async throws {
        let text = Widget.list([Widget.json("a"), Widget.json("b")], version: "9", next: "x")
        let server = try ScriptedServer { head in
            head.contains("continue=")
                ? [ScriptedServer.json("410 Gone", Widget.status(410, "Expired", "too old"))]
                : [ScriptedServer.json("200 OK", text)]
        }
        defer { server.stop() }
        let client = try server.client { $0.listBounds.objects = 3 }
        let failure = try await failure {
            try await client.list(Widget.resource, ObjectSelection(namespace: nil), as: Widget.self) { _ in }
        }
        #expect(failure.message.contains("it has more than 3 objects"), "\(failure.message)")
        await client.shutdown()
    }

    // MARK: Logins

    @Test(
        arguments: [
            (Array("first-token\nsecond-token\n".utf8), "holds several lines"),
            (Array("first-token\r\nsecond-token".utf8), "holds several lines"),
            (Array("tok\u{1}en".utf8), "holds a character that no token has"),
            (Array("tok\u{7F}en".utf8), "holds a character that no token has"),
            (Array("token".utf8) + [0xFF, 0xFE], "holds no token: it is not text"),
            (Array(" \n".utf8), "holds no token"),
        ]
    )
    func `a file that cannot hold a token is told as such, and nothing of it`(
        _ bytes: [UInt8],
        _ words: String
    ) async throws {
        let folder = try TemporaryFolder("hoistway-token")
        try folder.write(bytes, to: "token")
        let server = try ScriptedServer { _ in [ScriptedServer.json("200 OK", Widget.json("web"))] }
        defer { server.stop() }
        let client = try server.client(.tokenFile("\(folder.path)/token"))
        let failure = try await failure { try await client.get(Widget.resource, key, as: Widget.self) }
        #expect(
            failure.message == "there is no login for the cluster main: the file \(folder.path)/token \(words)"
        )
        #expect(server.accepted == 0)
        await client.shutdown()
        folder.remove()
    }

    @Test func `a token that was renewed on disk is taken when the old one is refused`() async throws {
        let folder = try TemporaryFolder("hoistway-token")
        defer { folder.remove() }
        try folder.write("old-token-of-the-pod\n", to: "token")
        let server = try ScriptedServer { head in
            head.contains("Bearer new-token-of-the-pod")
                ? [ScriptedServer.json("200 OK", Widget.json("web"))]
                : [ScriptedServer.json("401 Unauthorized", Widget.status(401, "Unauthorized", "Unauthorized"))]
        }
        defer { server.stop() }
        let client = try server.client(.tokenFile("\(folder.path)/token"))
        let failure = try await failure { try await client.get(Widget.resource, key, as: Widget.self) }
        #expect(failure.reason == .unauthorized)
        #expect(server.received.count == 1)
        try folder.write("new-token-of-the-pod\n", to: "token")
        _ = try await client.get(Widget.resource, key, as: Widget.self)
        #expect(server.received.count == 3)
        // Gone for a moment: what was read serves on.
        folder.remove()
        _ = try await client.get(Widget.resource, key, as: Widget.self)
        await client.shutdown()
    }

    @Test func `a login that cannot be had is told, and nothing is sent`() async throws {
        let server = try ScriptedServer { _ in [ScriptedServer.json("200 OK", Widget.json("web"))] }
        defer { server.stop() }
        let client = try server.client(.tokenFile("/nowhere/token"))
        let failure = try await failure { try await client.get(Widget.resource, key, as: Widget.self) }
        #expect(failure.message.hasPrefix("there is no login for the cluster main: /nowhere/token cannot be read"))
        #expect(server.accepted == 0)
        await client.shutdown()
    }

    // MARK: Writing

    @Test func `a patch bears its form, and pointers escape what stands in keys`() async throws {
        let server = try ScriptedServer { _ in [ScriptedServer.json("200 OK", Widget.json("web", version: "2"))] }
        defer { server.stop() }
        let client = try server.client()
        let path = ["metadata", "annotations", "a.example.com/b~c"]
        let patch = KubernetesPatch.json([
            .test(["spec", "size"], .number(1)), .add(path, .string("x")), .remove(path),
        ])
        let written = try await client.patch(Widget.resource, key, patch, as: NoFields.self)
        #expect(written.metadata.resourceVersion == "2")
        _ = try await client.patch(Widget.resource, key, .merge(.map(["operation": .null])), as: NoFields.self)
        _ = try await client.create(
            Widget.resource,
            in: "shop",
            .map(["metadata": .map(["name": .string("web")])]),
            as: NoFields.self
        )
        let first = server.received[0]
        #expect(first.head.hasPrefix("PATCH /apis/example.com/v1/namespaces/shop/widgets/web?fieldManager=hoistway "))
        #expect(first.header("content-type") == "application/json-patch+json")
        #expect(
            String(decoding: first.body, as: UTF8.self)
                == #"[{"op":"test","path":"/spec/size","value":1},"#
                + #"{"op":"add","path":"/metadata/annotations/a.example.com~1b~0c","value":"x"},"#
                + #"{"op":"remove","path":"/metadata/annotations/a.example.com~1b~0c"}]"#
        )
        #expect(server.received[1].header("content-type") == "application/merge-patch+json")
        #expect(String(decoding: server.received[1].body, as: UTF8.self) == #"{"operation":null}"#)
        #expect(server.received[2].head.hasPrefix("POST /apis/example.com/v1/namespaces/shop/widgets?"))
        await client.shutdown()
    }
}
