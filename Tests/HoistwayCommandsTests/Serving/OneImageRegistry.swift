import HoistwayCrypto
import HoistwayTestServers

/// A registry without a login whose every tag, of every repository, names the same image.
struct OneImageRegistry: Sendable {
    private static let type = "application/vnd.oci.image.manifest.v1+json"
    private static let manifest = Array(
        """
        {"schemaVersion": 2, "mediaType": "\(type)", "config": {"mediaType": \
        "application/vnd.oci.image.config.v1+json", "digest": "sha256:\(SHA256.hex("{}"))", "size": 2}, \
        "layers": []}
        """.utf8
    )
    static let digest = "sha256:" + SHA256.hex(manifest)

    private let server: ScriptedServer

    init() throws {
        server = try ScriptedServer { Self.answer($0) }
    }

    var host: String { "127.0.0.1:\(server.port)" }

    /// A manifest is there by HEAD and by GET: an image that cannot be fetched is none.
    private static func answer(_ head: String) -> [ScriptedServer.Step] {
        let words = head.split(separator: " ").prefix(2).map(String.init)
        let target = words.last ?? ""
        let reference = target.split(separator: "/").last.map(String.init) ?? ""
        guard target.contains("/manifests/"), !reference.contains(":") || reference == digest else {
            return [ScriptedServer.http("404 Not Found", type: "text/plain", [])]
        }
        let lines = [
            "HTTP/1.1 200 OK", "Content-Type: \(type)", "Content-Length: \(manifest.count)",
            "Docker-Content-Digest: \(digest)", "", "",
        ]
        return [.send(Array(lines.joined(separator: "\r\n").utf8) + (words.first == "HEAD" ? [] : manifest))]
    }
}
