import HoistwayModel
import HoistwayPorts
import HoistwayRegistry
import HoistwayTestServers
import Testing

struct RealRegistryTests {
    @Test func `a pushed image is found by its tag`() async throws {
        let server = try await RegistryServer.start()
        defer { server.stop() }
        let digest = try await server.push(image: "shop/checkout", tag: "1.4.3")
        let other = try await server.push(image: "shop/checkout", tag: "1.4.4")
        let wanted = RegistryFixture.subscription(server.host, "shop/checkout")
        let client = RegistryFixture.client()
        #expect(try await client.digest(of: "1.4.3", in: wanted) == digest)
        #expect(try await client.digest(of: "1.4.4", in: wanted) == other)
        #expect(try await client.digest(of: digest, in: wanted) == digest)
        #expect(digest != other)
        #expect(try await client.digest(of: "9.9.9", in: wanted) == nil)
        #expect(try await client.digest(of: "../../x", in: wanted) == nil)
        #expect(try await Set(client.tags(of: wanted)) == ["1.4.3", "1.4.4"])
        let time = try await client.createdAt(of: "1.4.3", in: wanted)
        #expect(time == Timestamp(rfc3339: "2026-11-21T10:00:00Z"))
        let nothing = RegistryFixture.subscription(server.host, "shop/nothing")
        await #expect(throws: RegistryFailure.self) { try await client.tags(of: nothing) }
        #expect(try await client.createdAt(of: "1", in: nothing) == nil)
    }

    @Test func `an index has its own digest, its newest child's time and its platforms`() async throws {
        let server = try await RegistryServer.start()
        defer { server.stop() }
        let image = RegistryImage(
            text: "multi",
            created: "2026-10-01T08:00:00Z",
            platforms: ["linux/amd64", "linux/arm64/v8"]
        )
        let digest = try await server.push(image, image: "multi", tag: "1")
        let noted = RegistryImage(
            text: "noted",
            platforms: ["linux/amd64", "linux/arm64/v8"],
            annotations: ["org.opencontainers.image.created": "2026-10-02T08:00:00+02:00"]
        )
        try await server.push(noted, image: "multi", tag: "2")
        let client = RegistryFixture.client()
        func wanted(_ platform: String?) -> ImageSubscription {
            RegistryFixture.subscription(server.host, "multi", platform: platform)
        }
        #expect(try await client.digest(of: "1", in: wanted(nil)) == digest)
        #expect(try await client.digest(of: "1", in: wanted("linux/arm64/v8")) == digest)
        // "No such tag" and "not for this platform" are two answers.
        let elsewhere = try await client.find("1", in: wanted("linux/arm64"))
        #expect(elsewhere == .otherPlatform(offered: ["linux/amd64", "linux/arm64/v8"]))
        #expect(try await client.find("9.9.9", in: wanted("linux/arm64")) == .absent)
        let built = Timestamp(rfc3339: "2026-10-01T08:00:00Z")
        #expect(try await client.createdAt(of: "1", in: wanted(nil)) == built)
        #expect(try await client.createdAt(of: "1", in: wanted("linux/amd64")) == built)
        #expect(try await client.createdAt(of: "1", in: wanted("windows/amd64")) == nil)
        let annotated = Timestamp(rfc3339: "2026-10-02T06:00:00Z")
        #expect(try await client.createdAt(of: "2", in: wanted(nil)) == annotated)
    }

    @Test func `a single image is asked for its platform`() async throws {
        let server = try await RegistryServer.start()
        defer { server.stop() }
        let digest = try await server.push(image: "one", tag: "1")
        let client = RegistryFixture.client()
        let answers: [(String, ImageAnswer)] = [
            ("linux/amd64", .found(digest)), ("linux/arm64", .otherPlatform(offered: ["linux/amd64"])),
        ]
        for (platform, expected) in answers {
            let wanted = RegistryFixture.subscription(server.host, "one", platform: platform)
            #expect(try await client.find("1", in: wanted) == expected)
        }
    }

    @Test func `a login opens a private registry, and nothing else does`() async throws {
        var options = RegistryServer.Options()
        options.wantsLogin = true
        let server = try await RegistryServer.start(options: options)
        defer { server.stop() }
        let digest = try await server.push(image: "private/app", tag: "1.0.0")
        let wanted = RegistryFixture.subscription(server.host, "private/app")
        let right = (username: RegistryServer.username, password: RegistryServer.password)
        let client = RegistryFixture.client(logins: [wanted.repoURL: right])
        #expect(try await client.digest(of: "1.0.0", in: wanted) == digest)
        #expect(try await client.tags(of: wanted) == ["1.0.0"])
        let wrong = (username: RegistryServer.username, password: "marked-secret")
        for logins in [[:], [wanted.repoURL: wrong]] {
            let client = RegistryFixture.client(logins: logins)
            let failure = await #expect(throws: RegistryFailure.self) {
                try await client.digest(of: "1.0.0", in: wanted)
            }
            guard case .refused(server.host, 401, _) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(failure.map { !"\($0)".contains("marked-secret") } ?? false)
        }
        let stranger = RegistryFixture.client(logins: [wanted.repoURL: right])
        await #expect(throws: RegistryFailure.self) {
            try await stranger.find("1.0.0", in: wanted, project: "another")
        }
    }

    @Test func `a registry with a certificate of its own is trusted only with it`() async throws {
        var options = RegistryServer.Options()
        options.usesTLS = true
        let server = try await RegistryServer.start(options: options)
        defer { server.stop() }
        let digest = try await server.push(image: "app", tag: "1")
        let wanted = RegistryFixture.subscription(server.host, "app")
        let file = try #require(server.caFile)
        let trusting = RegistryOptions(certificateFiles: [server.host: file])
        let client = RegistryFixture.client(trusting)
        #expect(try await client.digest(of: "1", in: wanted) == digest)
        let another = try await RegistryServer.start(options: options)
        defer { another.stop() }
        let strange = try #require(another.caFile)
        let doubting = RegistryFixture.client(RegistryOptions(certificateFiles: [server.host: strange]))
        await #expect(throws: RegistryFailure.self) {
            try await doubting.digest(of: "1", in: wanted)
        }
        var careless = wanted
        careless.insecureSkipTLSVerify = true
        #expect(try await doubting.digest(of: "1", in: careless) == digest)
    }

    @Test func `a registry tells a receiver of each push`() async throws {
        let receiver = EventSink()
        let sink = try await FakeRegistry.start(receiver.script)
        defer { sink.stop() }
        var options = RegistryServer.Options()
        options.notifications = .init(
            url: "http://\(sink.host)/hook/registry",
            headers: ["Authorization": "Bearer marked-secret"]
        )
        let server = try await RegistryServer.start(options: options)
        defer { server.stop() }
        let digest = try await server.push(image: "shop/checkout", tag: "1.4.3")
        await receiver.first()
        let request = try #require(sink.requests.first)
        #expect(request.method == "POST")
        #expect(request.uri == "/hook/registry")
        #expect(request.authorization == "Bearer marked-secret")
        for text in ["push", "shop/checkout", "1.4.3", digest, server.host] {
            #expect(request.body.contains("\"\(text)\""), "\(text) in \(request.body)")
        }
    }
}

/// Tells when the first request has come.
private final class EventSink: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    var script: FakeRegistry.Script {
        { [continuation] _ in
            continuation.yield()
            return FakeRegistry.Answer(status: 202)
        }
    }

    func first() async {
        for await _ in stream { return }
    }
}
