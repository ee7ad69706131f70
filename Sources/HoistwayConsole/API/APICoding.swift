import FoundationEssentials
import HoistwayModel
import Hummingbird
import NIOCore

/// The one way in which the API writes and reads JSON: timestamps as RFC 3339 in UTC, keys sorted.
enum APICoding {
    /// Largest request body, in bytes; the largest request there is names some deliveries.
    static let maxBodyBytes = 64 * 1024

    static func response(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        type: String = "application/json"
    ) -> Response {
        guard let bytes = bytes(of: value) else {
            // Our own values always encode; nothing of the value may show where one does not.
            return Response(status: .internalServerError)
        }
        return Response(
            status: status,
            headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    /// The same, ahead of the library that makes answers.
    static func text(_ value: some Encodable) -> String {
        bytes(of: value).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func bytes(of value: some Encodable) -> Data? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        if let readable = Timestamp.readable { encoder.userInfo[readable] = true }
        guard var bytes = try? encoder.encode(value) else { return nil }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// An empty body counts as `{}`.
    static func body<Value: Decodable>(_ type: Value.Type, of request: Request) async throws -> Value {
        let buffer: ByteBuffer
        do {
            buffer = try await request.body.collect(upTo: maxBodyBytes)
        } catch is NIOTooManyBytesError {
            throw APIError(.bodyTooLarge, "the body is larger than \(maxBodyBytes) bytes")
        }
        let bytes = buffer.readableBytes == 0 ? Array("{}".utf8) : Array(buffer.readableBytesView)
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw APIError.invalid("the body is not what this route takes: \(Self.explain(error))", hint: nil)
        }
    }

    /// Names the place and never the content.
    private static func explain(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")) has the wrong type"
        case .dataCorrupted: "it is not JSON"
        @unknown default: "it cannot be read"
        }
    }
}
