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

    /// On one line.
    static func line(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    static func bytes(of value: some Encodable) -> Data? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        if let readable = Timestamp.readable { encoder.userInfo[readable] = true }
        guard var bytes = try? encoder.encode(value) else { return nil }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// The body as it came, within the bound.
    static func bytes(of request: Request) async throws -> [UInt8] {
        do {
            return Array(try await request.body.collect(upTo: maxBodyBytes).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw APIError(.bodyTooLarge, "the body is larger than \(maxBodyBytes) bytes")
        }
    }

    /// A body held against what the operation takes; an empty one counts as `{}`.
    static func body(_ bytes: [UInt8], of operation: Operation, type: String?) throws(APIError) -> ConfigValue {
        guard let fields = operation.body else { return .map([:]) }
        guard !bytes.isEmpty || type != nil else { return try checked(.map([:]), fields) }
        if let type {
            let media = String(type.prefix { $0 != ";" }).trimmed().lowercased()
            guard media == "application/json" else {
                throw APIError(
                    .unsupportedMediaType,
                    "the body's Content-Type is not application/json",
                    hint: "send Content-Type: application/json"
                )
            }
        }
        guard !bytes.isEmpty else { return try checked(.map([:]), fields) }
        // JSON that is sent is UTF-8 (RFC 8259, 8.1): the decoder would take other encodings for it, by their zero bytes.
        guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil,
            let value = try? JSONDecoder().decode(PlainJSON.self, from: Data(bytes))
        else { throw .invalid("the body is not JSON in UTF-8") }
        return try checked(value.value, fields)
    }

    private static func checked(_ value: ConfigValue, _ fields: Shape.Fields) throws(APIError) -> ConfigValue {
        var check = BodyCheck()
        check.check(value, is: .object(fields), at: "")
        guard let first = check.places.first else { return value }
        throw APIError(
            .invalidBody,
            "the body is not what this route takes: \(first.pointer): \(first.detail)",
            errors: check.places
        )
    }
}
