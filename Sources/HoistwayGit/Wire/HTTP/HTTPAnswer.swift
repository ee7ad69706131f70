import AsyncHTTPClient
import HoistwayPorts
import NIOCore
import NIOHTTP1

/// One answer over HTTP, read by one task.
final class HTTPAnswer: ByteSource {
    let status: HTTPResponseStatus
    let headers: HTTPHeaders
    private let url: String
    private let idleTimeout: Duration
    private var iterator: HTTPClientResponse.Body.AsyncIterator

    init(_ response: HTTPClientResponse, url: String, idleTimeout: Duration) {
        status = response.status
        headers = response.headers
        iterator = response.body.makeAsyncIterator()
        self.url = url
        self.idleTimeout = idleTimeout
    }

    var isSuccess: Bool { status == .ok }
    var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status.code) }
    var location: String? { headers.first(name: "location") }
    var contentType: String? {
        headers.first(name: "content-type").flatMap { $0.split(separator: ";").first }.map {
            $0.trimmingPrefix(" ").lowercased()
        }
    }

    func next() async throws(GitFailure) -> [UInt8]? {
        do {
            while let buffer = try await iterator.next(isolation: #isolation) {
                if buffer.readableBytes > 0 { return Array(buffer.readableBytesView) }
            }
            return nil
        } catch {
            throw HTTPFailures.failure(error, url: url, idleTimeout: idleTimeout)
        }
    }

    /// Whether the answer begins like the file `info/refs`, which servers without Git have.
    ///
    /// This consumes the answer.
    func listsRefs() async -> Bool {
        var bytes: [UInt8] = []
        // After a failure there is nothing to recognise.
        while bytes.count < 41, let more = try? await next() { bytes += more }
        return bytes.count >= 41 && bytes[40] == UInt8(ascii: "\t")
            && bytes[..<40].allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    }

    /// Only a connection whose answer was read to its end is used again.
    func drain() async {
        // A failure here does not matter: the answer was read before.
        var left = WireLimits.errorBody * 8
        while left > 0, let bytes = try? await next() { left -= bytes.count }
    }
}
