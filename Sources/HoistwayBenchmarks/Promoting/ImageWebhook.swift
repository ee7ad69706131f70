import HoistwayCrypto

/// GitHub's webhook for a pushed container image; its digest is in the signed body, so no registry is asked.
enum ImageWebhook {
    /// The complete request, signed, for version `1.0.<version>` of the image, which is below `acme`.
    static func request(_ image: String, version: Int) throws -> [UInt8] {
        let name = image.split(separator: "/").last ?? ""
        let digest = "sha256:" + SHA256.hex("\(name) \(version)")
        let body = Array(
            """
            {"action":"published","package":{"name":"\(name)","namespace":"acme","package_type":"CONTAINER",\
            "owner":{"login":"acme"},"package_version":{"version":"\(digest)",\
            "package_url":"\(image):1.0.\(version)","container_metadata":{\
            "tag":{"name":"1.0.\(version)","digest":"\(digest)"},"manifest":{"digest":"\(digest)",\
            "media_type":"application/vnd.oci.image.manifest.v1+json",\
            "config":{"media_type":"application/vnd.oci.image.config.v1+json"}}}}}}
            """.utf8
        )
        let code = Hex.encode(try HMAC.sha256(key: Array(HoistwayServer.secret.utf8), message: body))
        let head = """
            POST \(HoistwayServer.path) HTTP/1.1\r
            Host: 127.0.0.1\r
            Connection: close\r
            Content-Type: application/json\r
            X-GitHub-Event: package\r
            X-GitHub-Delivery: bench-\(UInt64.random(in: 0 ... .max))\r
            X-Hub-Signature-256: sha256=\(code)\r
            Content-Length: \(body.count)\r
            \r

            """
        return Array(head.utf8) + body
    }
}
