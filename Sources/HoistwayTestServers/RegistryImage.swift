/// A tiny image, made here so that no network is needed, in the layout that `skopeo` reads:
/// <https://github.com/opencontainers/image-spec/blob/main/image-layout.md>.
package struct RegistryImage: Sendable {
    /// Decides the digest: the same text and platforms give the same one.
    package var text: String
    /// In RFC 3339, for the configuration of each image.
    package var created: String
    /// `os/arch[/variant]`; more than one gives an index.
    package var platforms: [String]
    /// Those of the image, or of the index where there is one.
    package var annotations: [String: String]

    package init(
        text: String,
        created: String = "2026-11-21T10:00:00Z",
        platforms: [String] = ["linux/amd64"],
        annotations: [String: String] = [:]
    ) {
        self.text = text
        self.created = created
        self.platforms = platforms
        self.annotations = annotations
    }

    private static let manifestType = "application/vnd.oci.image.manifest.v1+json"
    private static let indexType = "application/vnd.oci.image.index.v1+json"
    private var layerType = "application/vnd.oci.image.layer.v1.tar"
    private var configurationType = "application/vnd.oci.image.config.v1+json"
    /// Two blocks of zeros: a tar archive without a file.
    private var layer = [UInt8](repeating: 0, count: 1024)

    /// A Helm chart as `helm push` stores it: <https://helm.sh/docs/topics/registries/#helm-chart-manifest>.
    ///
    /// - Parameter archive: the packed chart.
    package static func chart(_ name: String, archive: [UInt8]) -> RegistryImage {
        var image = RegistryImage(text: name)
        image.layerType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
        image.configurationType = "application/vnd.cncf.helm.config.v1+json"
        image.layer = archive
        return image
    }

    /// Gives the digest for a tag.
    func writeLayout(to folder: TemporaryFolder) async throws -> String {
        try await TestProgram.check("mkdir", ["-p", "\(folder.path)/blobs/sha256"])
        try folder.write(#"{"imageLayoutVersion": "1.0.0"}"#, to: "oci-layout")
        var top = try await images(in: folder)
        if platforms.count > 1 {
            let index = """
                {"schemaVersion": 2, "mediaType": "\(Self.indexType)", "manifests": [\(top)]\(notes)}
                """
            top = try await blob(Array(index.utf8), type: Self.indexType, in: folder).json
        }
        try folder.write(#"{"schemaVersion": 2, "manifests": [\#(top)]}"#, to: "index.json")
        let digest = top.split(separator: "\"").first { $0.hasPrefix("sha256:") }
        guard let digest else { throw TestServerError.failed("writing an image", detail: "no digest in \(top)") }
        return String(digest)
    }

    /// The descriptors, one for each platform's image.
    private func images(in folder: TemporaryFolder) async throws -> String {
        let layer = try await blob(layer, type: layerType, in: folder)
        var descriptors: [String] = []
        for platform in platforms {
            let parts = platform.split(separator: "/")
            guard parts.count >= 2 else { throw TestServerError.failed("writing an image", detail: platform) }
            let names = zip(["os", "architecture", "variant"], parts)
            let fields = names.map { "\"\($0)\": \"\($1)\"" }.joined(separator: ", ")
            let configuration = """
                {"created": "\(created)", \(fields), "config": {"Labels": {"text": "\(text)"}},
                "rootfs": {"type": "layers", "diff_ids": ["\(layer.digest)"]}}
                """
            let config = try await blob(Array(configuration.utf8), type: configurationType, in: folder)
            let manifest = """
                {"schemaVersion": 2, "mediaType": "\(Self.manifestType)", "config": \(config.json),
                "layers": [\(layer.json)]\(platforms.count == 1 ? notes : "")}
                """
            let written = try await blob(Array(manifest.utf8), type: Self.manifestType, in: folder)
            descriptors.append(written.json.dropLast() + ", \"platform\": {\(fields)}}")
        }
        return descriptors.joined(separator: ", ")
    }

    private var notes: String {
        guard !annotations.isEmpty else { return "" }
        let fields = annotations.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \"\($0.value)\"" }
        return ", \"annotations\": {\(fields.joined(separator: ", "))}"
    }

    private func blob(
        _ bytes: [UInt8],
        type: String,
        in folder: TemporaryFolder
    ) async throws -> (digest: String, json: String) {
        let sum = try await TestProgram.check("sha256sum", [], input: bytes).text.prefix(64)
        try folder.write(bytes, to: "blobs/sha256/\(sum)")
        let json = #"{"mediaType": "\#(type)", "digest": "sha256:\#(sum)", "size": \#(bytes.count)}"#
        return ("sha256:\(sum)", json)
    }
}
