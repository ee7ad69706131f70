import Foundation
import HoistwayCrypto

/// A body with its headers, signed as its sender would.
struct Payload: Sendable {
    var headers: [(String, String)]
    var body: [UInt8]

    /// What GHCR tells when an image is pushed: signed, with the digest, so that it is freight without asking anybody.
    ///
    /// - Parameter digest: of an image that a registry has; `nil`: one that is made up.
    static func package(
        _ image: String,
        tag: String,
        digest: String? = nil,
        secret: String,
        id: String = UUID().uuidString
    ) throws -> Payload {
        let digest = digest ?? self.digest(of: image, tag: tag)
        let parts = image.split(separator: "/").suffix(2)
        let body = """
            {"action": "published", "package": {"id": 1, "name": "\(parts.last ?? "")", "package_type": "CONTAINER",
            "owner": {"login": "\(parts.first ?? "")"}, "package_version": {"id": 1, "version": "\(digest)",
            "name": "\(digest)", "created_at": "2026-01-02T03:04:05Z",
            "package_url": "\(image):\(tag)",
            "container_metadata": {"tag": {"name": "\(tag)", "digest": "\(digest)"}, "labels": {},
            "manifest": {"digest": "\(digest)", "media_type": "application/vnd.oci.image.index.v1+json",
            "config": {"media_type": "application/vnd.oci.image.config.v1+json"}}}}},
            "repository": {"id": 1, "full_name": "acme/app"}, "sender": {"login": "ada"}}
            """
        return try github(Array(body.utf8), event: "package", secret: secret, id: id)
    }

    /// As GitHub signs whatever body.
    static func github(
        _ body: [UInt8],
        event: String,
        secret: String,
        id: String = UUID().uuidString
    ) throws -> Payload {
        let code = Hex.encode(try HMAC.sha256(key: Array(secret.utf8), message: body))
        return Payload(
            headers: [
                ("Content-Type", "application/json"), ("X-GitHub-Event", event), ("X-GitHub-Delivery", id),
                ("X-Hub-Signature-256", "sha256=\(code)"),
            ],
            body: body
        )
    }

    /// A digest that is always the same for one tag.
    static func digest(of image: String, tag: String) -> String {
        "sha256:" + Hex.encode(SHA256.hash("\(image):\(tag)"))
    }
}

/// A list, as the API answers it.
struct Listed<Item: Decodable>: Decodable {
    var items: [Item]
}
