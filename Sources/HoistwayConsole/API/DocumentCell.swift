import HoistwayModel
import Synchronization

/// The OpenAPI document as bytes: made at the first request, so that no start waits for it.
final class DocumentCell: Sendable {
    private let version: String
    private let base: String
    private let made = Mutex<[UInt8]?>(nil)

    init(version: String, base: String) {
        self.version = version
        self.base = base
    }

    var bytes: [UInt8] {
        made.withLock { made in
            if let made { return made }
            let document = OpenAPIDocument.make(version: version, base: base).document
            let bytes = APICoding.bytes(of: PlainJSON(document)).map { Array($0) } ?? []
            made = bytes
            return bytes
        }
    }
}
