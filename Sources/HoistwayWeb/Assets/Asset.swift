import HoistwayCrypto
import Hummingbird
import NIOCore

/// A file that pages load: it is part of the program, and its path has a hash of its bytes.
///
/// So a browser may keep it for ever, and a new version has another path.
struct Asset: Sendable {
    let name: String
    let type: String
    let text: String
    /// The hash of the bytes: 12 hexadecimal digits.
    let hash: String

    private init(name: String, type: String, text: String) {
        self.name = name
        self.type = type
        self.text = text
        hash = String(SHA256.hex(text).prefix(12))
    }

    static let styleSheet = Asset(name: "style.css", type: "text/css; charset=utf-8", text: StyleSheet.text)
    static let script = Asset(name: "script.js", type: "text/javascript; charset=utf-8", text: Script.text)
    static let icon = Asset(name: "icon.svg", type: "image/svg+xml", text: Icon.text)

    static let all = [styleSheet, script, icon]

    func link(_ paths: PagePaths) -> Link { paths("assets", hash, name) }

    static func response(hash: String, name: String) -> Response? {
        guard let asset = all.first(where: { $0.name == name && $0.hash == hash }) else { return nil }
        return Response(
            status: .ok,
            headers: [
                .contentType: asset.type,
                .cacheControl: "public, max-age=31536000, immutable",
                .xContentTypeOptions: "nosniff",
                // An image that is opened alone is its own document.
                .contentSecurityPolicy: "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: asset.text))
        )
    }
}

enum Icon {
    static let text = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" \
        fill="#0f5f75"/><path d="M9 4v24M23 4v24" stroke="#bfe6ee" stroke-width="2.5"/><path d="M12 12h8v9h-8z" \
        fill="#fff"/></svg>
        """
}
