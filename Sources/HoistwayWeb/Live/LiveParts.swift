import FoundationEssentials
import Hummingbird
import NIOCore

/// Answers the script's request for changed parts of a page.
///
/// `?id=…&id=…` names them, as their `data-live` does; the answer is a JSON object with their HTML, or `null` for parts
/// that no longer exist. Parts that the visitor may not see are left out.
enum LiveParts {
    /// The most parts in one answer.
    static let maxParts = 50

    static func response(_ request: PageRequest, _ parts: PageRoutes.Parts) async throws -> Response {
        let ids = request.query.all("id")
        guard !ids.isEmpty, ids.count <= maxParts else { throw PageFailure.malformed }
        var texts: [String: String?] = [:]
        for (id, html) in try await parts(request, ids) {
            texts.updateValue(html.map { String(decoding: $0.bytes, as: UTF8.self) }, forKey: id)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Response(
            status: .ok,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(texts)))
        )
    }
}
