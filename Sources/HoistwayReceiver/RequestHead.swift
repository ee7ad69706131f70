import NIOHTTP1

/// What the headers say that matters before a body is read.
struct RequestHead {
    var keepAlive: Bool
    /// `nil` where the body comes in chunks; 0 where there is none.
    var contentLength: Int?
    var expectsContinue: Bool
    var headers: HTTPHeaders

    enum Refusal: Error, Equatable {
        case malformed, unsupportedEncoding
    }

    /// Two ways to tell a body's length, or one told twice, is how requests are smuggled past a proxy: refused here,
    /// whatever the parser makes of it.
    init(_ head: HTTPRequestHead) throws(Refusal) {
        headers = head.headers
        keepAlive = head.isKeepAlive
        let lengths = head.headers[canonicalForm: "content-length"]
        let codings = head.headers[canonicalForm: "transfer-encoding"]
        guard lengths.count <= 1, codings.count <= 1, lengths.isEmpty || codings.isEmpty else { throw .malformed }
        if let coding = codings.first {
            guard coding.lowercased() == "chunked" else { throw .malformed }
            contentLength = nil
        } else if let length = lengths.first {
            guard length.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
                throw .malformed
            }
            // More digits than fit are more bytes than are accepted.
            contentLength = Int(length) ?? .max
        } else {
            contentLength = 0
        }
        if let encoding = head.headers.first(name: "content-encoding"), encoding.lowercased() != "identity" {
            throw .unsupportedEncoding
        }
        expectsContinue = head.headers.first(name: "expect")?.lowercased() == "100-continue"
    }
}
