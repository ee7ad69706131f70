import FoundationEssentials
import HoistwayModel
import Hummingbird
import NIOCore

/// The API's format of JSON for reading and writing: timestamps as RFC 3339 in UTC, keys sorted.
enum APICoding {
    /// The largest request body, in bytes; the largest requests name some deliveries.
    static let maxBodyBytes = 64 * 1024

    static func response(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        type: String = "application/json"
    ) -> Response {
        guard let bytes = bytes(of: value) else {
            // Hoistway's own values can always be encoded; if not, the answer must not show the value.
            return Response(status: .internalServerError)
        }
        return Response(
            status: status,
            headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    /// The same, for use before a response is made.
    static func text(_ value: some Encodable) -> String {
        bytes(of: value).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// As one line.
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

    /// The body as received, within the size limit.
    static func bytes(of request: Request) async throws -> [UInt8] {
        do {
            return Array(try await request.body.collect(upTo: maxBodyBytes).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw APIError(.bodyTooLarge, "the body is larger than \(maxBodyBytes) bytes")
        }
    }

    /// Checks a body against the operation; an empty one counts as `{}`.
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
        // JSON must be UTF-8 (RFC 8259, 8.1): the decoder would recognise other encodings by their zero bytes.
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
