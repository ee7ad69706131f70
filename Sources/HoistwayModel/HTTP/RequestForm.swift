/// The headers that a request may have only once, and their meaning.
///
/// Both listeners use it. A request that a proxy could read in another way is malformed, even if a parser accepts it.
/// Examples are two lengths of a body, two content types, two hosts, or a target with its own host.
/// <https://www.rfc-editor.org/rfc/rfc9112#section-3.2>, <https://www.rfc-editor.org/rfc/rfc9112#section-6.3>
package struct RequestForm: Sendable, Equatable {
    /// How the end of a body is found.
    package enum Length: Sendable, Equatable {
        /// In bytes; a larger number becomes the greatest one.
        case bytes(Int)
        case chunked
    }

    /// Why a request is refused, for people.
    package struct Problem: Error, Equatable {
        package let text: String
    }

    package private(set) var contentType: String?
    /// Whether the client waits before it sends the body.
    package private(set) var expectsContinue = false
    /// Whether the body is compressed.
    package private(set) var isEncoded = false
    private var host: String?
    private var contentLength: String?
    private var transferEncoding: String?
    private var repeated: String?

    package init() {}

    /// Must be called once for each header line.
    package mutating func add(_ name: String, _ value: String) {
        switch name.utf8.count {
        case 4 where name.isEqualIgnoringCase(to: "host"): if Self.fill(&host, value) { repeated = "Host" }
        case 6 where name.isEqualIgnoringCase(to: "expect"):
            expectsContinue = value.isEqualIgnoringCase(to: "100-continue")
        case 12 where name.isEqualIgnoringCase(to: "content-type"):
            if Self.fill(&contentType, value) { repeated = "Content-Type" }
        case 14 where name.isEqualIgnoringCase(to: "content-length"):
            if Self.fill(&contentLength, value) { repeated = "Content-Length" }
        case 16 where name.isEqualIgnoringCase(to: "content-encoding"):
            isEncoded = isEncoded || !value.isEqualIgnoringCase(to: "identity")
        case 17 where name.isEqualIgnoringCase(to: "transfer-encoding"):
            if Self.fill(&transferEncoding, value) { repeated = "Transfer-Encoding" }
        default: return
        }
    }

    /// Checks the whole request after its last header.
    ///
    /// - Parameter isOld: whether the request is HTTP/1.0, which needs no host and has no chunks.
    /// - Returns: how the end of the body is found.
    package mutating func finish(target: String, isOld: Bool) throws(Problem) -> Length {
        if let repeated { throw Problem(text: "the request has more than one \(repeated) header") }
        guard Self.isPath(target) else { throw Problem(text: "the request's target is not a path") }
        if let host {
            guard HostHeader(host) != nil else {
                throw Problem(text: "the Host header is not a name or an address with an optional port")
            }
        } else if !isOld {
            throw Problem(text: "the request has no Host header")
        }
        let length = try length(isOld: isOld)
        // An older client must not get a response ahead, and without a body there is nothing to wait for.
        if isOld || length == .bytes(0) { expectsContinue = false }
        return length
    }

    private func length(isOld: Bool) throws(Problem) -> Length {
        switch (contentLength, transferEncoding) {
        case (nil, nil): return .bytes(0)
        case (nil, let coding?):
            guard !isOld, coding.isEqualIgnoringCase(to: "chunked") else {
                throw Problem(text: "the Transfer-Encoding header is not \"chunked\"")
            }
            return .chunked
        case (let length?, nil):
            guard !length.isEmpty, length.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
            else { throw Problem(text: "the Content-Length header is not a number") }
            return .bytes(Int(length) ?? .max)
        case (_?, _?):
            throw Problem(text: "the request has both a Content-Length and a Transfer-Encoding header")
        }
    }

    /// Returns whether the field already had a value.
    private static func fill(_ field: inout String?, _ value: String) -> Bool {
        defer { field = value }
        return field != nil
    }

    /// Whether it is a path with an optional query, as in requests to a server; requests to a proxy have a whole URL.
    private static func isPath(_ target: String) -> Bool {
        target.utf8.first == UInt8(ascii: "/")
            && target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
    }
}

extension String {
    /// Compares ASCII letters without case, everything else exactly.
    package func isEqualIgnoringCase(to other: String) -> Bool {
        utf8.elementsEqual(other.utf8) { left, right in
            left == right || (left ^ right == 0x20 && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(left | 0x20))
        }
    }
}
