import FoundationEssentials
import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayRegistry

/// T7: what stands beside images in a repository, and how it is told apart.
struct RunnableImageTests {
    private static let image = "application/vnd.oci.image.config.v1+json"
    private static let layer = "application/vnd.oci.image.layer.v1.tar+gzip"
    private static let digest = #""digest": "sha256:\#(String(repeating: "a", count: 64))""#
    private static let imageType = #""mediaType": "application/vnd.oci.image.manifest.v1+json""#

    private static func manifest(config: String?, layers: [String], more: String = "") -> String {
        let configuration = config.map { #", "config": {"mediaType": "\#($0)", \#(digest)}"# } ?? ""
        let list = layers.map { #"{"mediaType": "\#($0)", \#(digest)}"# }.joined(separator: ", ")
        return #"{"schemaVersion": 2\#(configuration), "layers": [\#(list)]\#(more)}"#
    }

    private static func index(_ children: String..., more: String = "") -> String {
        #"{"schemaVersion": 2, "manifests": [\#(children.joined(separator: ", "))]\#(more)}"#
    }

    private static func child(_ os: String, _ architecture: String, more: String = "") -> String {
        #"{\#(imageType), \#(digest), "platform": {"os": "\#(os)", "architecture": "\#(architecture)"}\#(more)}"#
    }

    private static func alternative(_ text: String) throws -> String? {
        RunnableImage.alternative(to: try JSONDecoder().decode(ImageManifest.self, from: Data(text.utf8)))
    }

    @Test(arguments: [
        manifest(config: image, layers: [layer]), manifest(config: image, layers: []),
        manifest(
            config: "application/vnd.docker.container.image.v1+json",
            layers: ["application/vnd.docker.image.rootfs.diff.tar.gzip"]
        ),
        manifest(config: image, layers: ["application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"]),
        manifest(config: image, layers: [layer, "application/vnd.example.extra"]),
        manifest(
            config: image,
            layers: ["application/vnd.oci.image.layer.v1.tar+zstd"],
            more: #", "artifactType": """#
        ),
        manifest(config: image, layers: [layer], more: #", "artifactType": "\#(image)""#),
        index(child("linux", "amd64"), child("unknown", "unknown")), index(child("windows", "amd64")),
    ])
    func `an image, and an index with one, can run`(_ text: String) throws {
        #expect(try Self.alternative(text) == nil)
    }

    @Test(arguments: [
        (manifest(config: "application/vnd.cncf.helm.config.v1+json", layers: ["application/x"]), "a Helm chart"),
        (
            manifest(config: "application/vnd.buildkit.cacheconfig.v0", layers: [layer]),
            "a build cache"
        ),
        (
            index(
                #"{"mediaType": "\#(layer)", \#(digest)}"#,
                #"{"mediaType": "application/vnd.buildkit.cacheconfig.v0", \#(digest)}"#
            ), "a build cache"
        ),
        (manifest(config: image, layers: ["application/vnd.dev.cosign.simplesigning.v1+json"]), "a signature"),
        (manifest(config: image, layers: ["application/vnd.dsse.envelope.v1+json"]), "an attestation"),
        (manifest(config: image, layers: ["text/spdx+json"]), "a bill of materials"),
        (
            manifest(config: image, layers: [layer], more: #", "artifactType": "application/vnd.example.model""#),
            "an artifact of type application/vnd.example.model"
        ),
        (
            manifest(config: "application/vnd.oci.empty.v1+json", layers: ["application/x"]),
            "an artifact of type application/vnd.oci.empty.v1+json"
        ),
        (manifest(config: nil, layers: [layer]), "a manifest without a configuration"),
        (manifest(config: "", layers: [layer]), "a manifest whose configuration has no media type"),
        ("{}", "a manifest without a configuration"),
        (index(), "an index without an image for a known platform"),
        (index(child("unknown", "unknown")), "an index without an image for a known platform"),
        (index(child("", "amd64")), "an index without an image for a known platform"),
        (index("{\(imageType), \(digest)}"), "an index without an image for a known platform"),
        (
            index(child("linux", "amd64", more: #", "artifactType": "application/vnd.x""#)),
            "an index without an image for a known platform"
        ),
        (
            index(child("linux", "amd64"), more: #", "artifactType": "application/vnd.in-toto+json""#),
            "an attestation"
        ),
        (manifest(config: #"a\u001b[2J"#, layers: []), #"an artifact of type a\u{1b}[2J"#),
    ])
    func `what cannot run is told by its name`(_ text: String, _ name: String) throws {
        #expect(try Self.alternative(text) == name)
    }

    @Test(arguments: [
        (
            manifest(config: "application/vnd.cncf.helm.config.v1+json", layers: []),
            ImageAnswer.notRunnable(kind: "a Helm chart")
        ),
        (index(child("unknown", "unknown")), .notRunnable(kind: "an index without an image for a known platform")),
    ])
    func `a tag that names no image is answered as such, whatever the platform`(
        _ text: String,
        _ expected: ImageAnswer
    ) async throws {
        let server = try await FakeRegistry.start { _ in .json(text) }
        defer { server.stop() }
        for platform in [nil, "linux/amd64"] {
            let wanted = RegistryFixture.subscription(server.host, "team/app", platform: platform)
            #expect(try await RegistryFixture.client().find("1", in: wanted) == expected)
        }
    }

    @Test(arguments: [
        (#"{"manifests": [], "layers": []}"#, nil), (#"{"manifests": [], "config": {\#(digest)}}"#, nil),
        (#"{"manifests": []}"#, "application/vnd.oci.image.manifest.v1+json"),
        ("{}", "application/vnd.oci.image.index.v1+json; charset=utf-8"),
        (#"{"mediaType": "application/vnd.oci.image.index.v1+json"}"#, nil), ("[]", nil), ("<html>", "text/html"),
    ])
    func `a manifest that could be read as two things is refused`(_ text: String, _ type: String?) async throws {
        let server = try await FakeRegistry.start { _ in
            .init(status: 200, headers: type.map { [("Content-Type", $0)] } ?? [], body: Array(text.utf8))
        }
        defer { server.stop() }
        let wanted = RegistryFixture.subscription(server.host, "team/app")
        let failure = await #expect(throws: RegistryFailure.self) {
            try await RegistryFixture.client().find("1", in: wanted)
        }
        expectMalformed(failure)
    }
}
