import FoundationEssentials
import HoistwayModel
import HoistwayPorts
import HoistwayRegistry
import HoistwayTestServers
import Testing

/// Artifacts are read and copied at real registries.
struct ArtifactCopyTests {
    private static func source(_ text: String, isNamed: Bool = true) throws -> ArtifactSource {
        ArtifactSource(try #require(ArtifactReference(text)), isNamed: isNamed)
    }

    private static func copy(
        _ from: String,
        _ to: String,
        _ copy: ArtifactCopy = ArtifactCopy(maxBytes: 1 << 20),
        by client: OCIRegistryClient = RegistryFixture.client()
    ) async throws -> CopiedArtifact {
        try await client.copy(source(from), to: source(to), copy, project: "demo")
    }

    private static func digest(_ host: String, _ path: String, _ tag: String) async throws -> String? {
        try await RegistryFixture.client().digest(of: tag, in: RegistryFixture.subscription(host, path))
    }

    @Test func `an image gets to another registry with its digest, and is not written twice`() async throws {
        let (first, second) = (try await RegistryServer.start(), try await RegistryServer.start())
        defer {
            first.stop()
            second.stop()
        }
        let digest = try await first.push(image: "shop/api", tag: "1.2.3")
        let from = "\(first.host)/shop/api@\(digest)"
        let to = "\(second.host)/prod/api:1.2.3"
        #expect(try await Self.copy(from, to) == CopiedArtifact(digest: digest, wasThere: false))
        #expect(try await Self.digest(second.host, "prod/api", "1.2.3") == digest)
        #expect(try await Self.copy(from, to) == CopiedArtifact(digest: digest, wasThere: true))
        // A registry's own check: it gives all that the manifest names.
        let layer = try await RegistryFixture.client().layer(
            of: Self.source(to),
            mediaType: "application/vnd.oci.image.layer.v1.tar",
            digest: nil,
            limit: 2048,
            project: "demo"
        )
        #expect(layer.bytes == [UInt8](repeating: 0, count: 1024))
    }

    @Test func `an index gets to another repository with all its images, and to another tag of its own`() async throws {
        let server = try await RegistryServer.start()
        defer { server.stop() }
        let image = RegistryImage(text: "multi", platforms: ["linux/amd64", "linux/arm64/v8"])
        let digest = try await server.push(image, image: "multi", tag: "1")
        let copied = try await Self.copy("\(server.host)/multi:1", "\(server.host)/prod/multi:one")
        #expect(copied == CopiedArtifact(digest: digest, wasThere: false))
        let wanted = RegistryFixture.subscription(server.host, "prod/multi", platform: "linux/arm64/v8")
        #expect(try await RegistryFixture.client().digest(of: "one", in: wanted) == digest)
        // Of its own repository: nothing is too large.
        let tagged = try await Self.copy(
            "\(server.host)/multi:1",
            "\(server.host)/multi:release",
            ArtifactCopy(maxBytes: 0)
        )
        #expect(tagged.digest == digest)
        #expect(try await Self.digest(server.host, "multi", "release") == digest)
    }

    @Test func `annotations get to the index or to its images, and the rest stays`() async throws {
        let server = try await RegistryServer.start()
        defer { server.stop() }
        let image = RegistryImage(text: "noted", platforms: ["linux/amd64", "linux/arm64"], annotations: ["a": "b"])
        let digest = try await server.push(image, image: "noted", tag: "1")
        let work = ArtifactCopy(
            indexAnnotations: ["org.example.revision": "abc"],
            manifestAnnotations: ["io.example/promotion": "p \"1\""],
            maxBytes: 1 << 20
        )
        let copied = try await Self.copy("\(server.host)/noted:1", "\(server.host)/prod:1", work)
        #expect(copied.digest != digest)
        #expect(try await Self.digest(server.host, "prod", "1") == copied.digest)
        // The same work comes to the same digest.
        #expect(try await Self.copy("\(server.host)/noted:1", "\(server.host)/prod:1", work).wasThere)
        let folder = try TemporaryFolder("hoistway-copied")
        defer { folder.remove() }
        func raw(_ reference: String) async throws -> Noted {
            let output = try await TestProgram.check(
                "skopeo",
                ["inspect", "--raw", "--tls-verify=false", "docker://\(server.host)/\(reference)"],
                environment: ["HOME": folder.path]
            )
            return try JSONDecoder().decode(Noted.self, from: Data(output.text.utf8))
        }
        let index = try await raw("prod:1")
        #expect(index.annotations == ["a": "b", "org.example.revision": "abc"])
        let children = try #require(index.manifests)
        #expect(children.count == 2)
        for child in children {
            let image = try await raw("prod@\(child.digest)")
            #expect(image.annotations == ["io.example/promotion": "p \"1\""])
        }
    }

    private struct Noted: Decodable {
        struct Child: Decodable { var digest: String }
        var annotations: [String: String]?
        var manifests: [Child]?
    }

    @Test func `a login is used for writing, and what may not be written is told`() async throws {
        var options = RegistryServer.Options()
        options.wantsLogin = true
        let (first, second) = (try await RegistryServer.start(), try await RegistryServer.start(options: options))
        defer {
            first.stop()
            second.stop()
        }
        let digest = try await first.push(image: "shop/api", tag: "1.2.3")
        let (from, to) = ("\(first.host)/shop/api:1.2.3", "\(second.host)/prod/api:1.2.3")
        let refused = await #expect(throws: ArtifactFailure.self) { try await Self.copy(from, to) }
        #expect(refused?.message.contains("answered 401") == true, "\(refused?.message ?? "")")
        #expect(refused?.hint?.contains("pushing needs a login that may write") == true)
        let client = RegistryFixture.client(
            logins: ["\(second.host)/prod/api": (RegistryServer.username, RegistryServer.password)]
        )
        #expect(try await Self.copy(from, to, by: client).digest == digest)
    }

    @Test func `what is too large, absent or named by a step alone is not copied`() async throws {
        let server = try await RegistryServer.start()
        defer { server.stop() }
        try await server.push(image: "shop/api", tag: "1.2.3")
        let (from, to) = ("\(server.host)/shop/api:1.2.3", "\(server.host)/prod/api:1.2.3")
        let large = await #expect(throws: ArtifactFailure.self) {
            try await Self.copy(from, to, ArtifactCopy(maxBytes: 1000))
        }
        #expect(large?.message.contains("is larger than 0 MiB") == true, "\(large?.message ?? "")")
        let absent = await #expect(throws: ArtifactFailure.self) { try await Self.copy(from + "4", to) }
        #expect(absent?.message.contains("answered 404") == true, "\(absent?.message ?? "")")
        let client = RegistryFixture.client()
        let near = await #expect(throws: ArtifactFailure.self) {
            try await client.copy(
                Self.source(from, isNamed: false),
                to: Self.source(to),
                ArtifactCopy(maxBytes: 1 << 20),
                project: "demo"
            )
        }
        #expect(near?.message.contains("loopback address") == true, "\(near?.message ?? "")")
        #expect(try await Self.digest(server.host, "prod/api", "1.2.3") == nil)
        var options = RegistryOptions()
        options.namedHosts = [server.host]
        let named = RegistryFixture.client(options)
        let copied = try await named.copy(
            Self.source(from, isNamed: false),
            to: Self.source(to, isNamed: false),
            ArtifactCopy(maxBytes: 1 << 20),
            project: "demo"
        )
        #expect(!copied.wasThere)
    }

    @Test func `after a crash a tag that has moved since is left alone, and one that was not reached is set`()
        async throws
    {
        let server = try await RegistryServer.start()
        defer { server.stop() }
        let digest = try await server.push(image: "shop/api", tag: "1")
        let other = try await server.push(image: "shop/api", tag: "2")
        let again = ArtifactCopy(maxBytes: 1 << 20, wasBegun: true)
        let (from, to) = ("\(server.host)/shop/api@\(digest)", "\(server.host)/prod/api:live")
        // The other version is live, and ours has never been there.
        _ = try await Self.copy("\(server.host)/shop/api@\(other)", to)
        #expect(try await Self.copy(from, to, again) == CopiedArtifact(digest: digest, wasThere: false))
        #expect(try await Self.copy(from, to, again) == CopiedArtifact(digest: digest, wasThere: true))
        // Somebody else moves it.
        _ = try await Self.copy("\(server.host)/shop/api@\(other)", to)
        let unclear = await #expect(throws: ArtifactFailure.self) { try await Self.copy(from, to, again) }
        #expect(unclear?.message.contains("the tag is another one's now") == true)
        #expect(try await Self.digest(server.host, "prod/api", "live") == other)
    }

    @Test func `a layer is read by its type and by its digest, within its bound`() async throws {
        let server = try await RegistryServer.start()
        defer { server.stop() }
        let image = RegistryImage(text: "multi", platforms: ["linux/amd64", "linux/arm64"])
        try await server.push(image, image: "multi", tag: "1")
        let client = RegistryFixture.client()
        func layer(_ type: String?, _ digest: String? = nil, limit: Int = 2048) async throws -> ArtifactLayer {
            let source = try Self.source("\(server.host)/multi:1")
            return try await client.layer(
                of: source,
                mediaType: type,
                digest: digest,
                limit: limit,
                project: "demo"
            )
        }
        let first = try await layer(nil)
        #expect(first.bytes.count == 1024)
        #expect(try await layer(nil, first.digest) == first)
        let small = await #expect(throws: ArtifactFailure.self) { try await layer(nil, limit: 1000) }
        #expect(small?.retry == .never)
        let typed = await #expect(throws: ArtifactFailure.self) { try await layer("text/plain") }
        #expect(typed?.message.contains("has no layer of the type") == true, "\(typed?.message ?? "")")
    }
}
