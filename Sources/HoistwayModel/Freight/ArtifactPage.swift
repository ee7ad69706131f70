/// The page of an artifact at a Git host or a registry, where it is known without guessing.
package enum ArtifactPage {
    /// Longest page address, in bytes.
    private static let maxBytes = 2048

    /// `nil` where the page is not known, or the repository has no page.
    package static func url(of artifact: Artifact) -> String? {
        let url: String? =
            switch artifact {
            case .commit(let commit): self.url(of: commit.id, in: commit.repoURL)
            case .image(let image): page(ofImage: image)
            case .chart(let chart): page(of: chart)
            }
        return url.flatMap { isSafe($0) ? $0 : nil }
    }

    /// A commit's page; `nil` where the host's name does not show which program it runs.
    package static func url(of commit: ObjectID, in repository: String) -> String? {
        guard !commit.isZero, let key = RepositoryKey(url: repository) else { return nil }
        let page: String? =
            if key.text.hasPrefix("dev.azure.com/") {
                // The host's SSH addresses have another path than its pages.
                "https://\(key.text)/commit/\(commit.hex)"
            } else if let page = CommitPage(repository: repository, provider: nil) {
                page.url(of: commit)
            } else {
                switch ForgeKind(host: URLText.host(of: "https://\(key.text)") ?? "", provider: nil) {
                case .gitea: CommitPage(repository: repository, provider: "gitea")?.url(of: commit)
                default: nil
                }
            }
        return page.flatMap { isSafe($0) ? $0 : nil }
    }

    private static func page(ofImage image: ImageArtifact) -> String? {
        guard let key = ImageKey(image.repoURL) else { return nil }
        let tag = escaped(image.tag)
        let parts = key.path.split(separator: "/")
        switch key.host {
        case "docker.io":
            // An image with one segment is one of Docker's official images.
            let path = parts.first == "library" ? "_/\(parts.dropFirst().joined(separator: "/"))" : "r/\(key.path)"
            return "https://hub.docker.com/\(path)/tags?name=\(tag)"
        case "quay.io": return "https://quay.io/repository/\(key.path)?tab=tags&tag=\(tag)"
        case "gcr.io", "us.gcr.io", "eu.gcr.io", "asia.gcr.io": return "https://\(key.text)"
        case "public.ecr.aws": return "https://gallery.ecr.aws/\(key.path)"
        case let host where host.hasSuffix("-docker.pkg.dev"): return "https://\(key.text)"
        default: return nil
        }
    }

    private static func page(of chart: ChartArtifact) -> String? {
        guard URLText.scheme(of: chart.repoURL) == "oci" else { return nil }
        let image = ImageArtifact(repoURL: chart.repoURL, tag: chart.version, digest: "")
        return page(ofImage: image)
    }

    private static func isSafe(_ url: String) -> Bool {
        url.utf8.count <= maxBytes && WebAddress(url) != nil
    }

    /// Only unreserved characters are not escaped: <https://www.rfc-editor.org/rfc/rfc3986#section-2.3>.
    static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
