import FoundationEssentials
import Hummingbird
import NIOCore

/// Answers the script's question for parts of a page that changed.
///
/// `?id=…&id=…` names them, as their `data-live` does; the answer is a JSON object of them: HTML, or `null` for what is
/// there no longer. What the visitor may not see is left out.
enum LiveParts {
    /// How many parts are given at once.
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
