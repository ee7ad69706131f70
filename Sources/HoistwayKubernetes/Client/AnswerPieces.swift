import AsyncHTTPClient
import NIOCore

/// The pieces of an answer, for a limited time: otherwise a very slow answer would go on for ever.
///
/// The time that its reader needs between two pieces does not count.
struct AnswerPieces {
    private var iterator: HTTPClientResponse.Body.AsyncIterator
    private let limit: Duration
    private(set) var spent: Duration = .zero

    init(_ body: HTTPClientResponse.Body, limit: Duration) {
        iterator = body.makeAsyncIterator()
        self.limit = limit
    }

    /// `nil` at the end.
    mutating func next() async throws -> ByteBuffer? {
        let start = ContinuousClock.now
        let piece = try await iterator.next(isolation: #isolation)
        // A cancelled answer would look complete.
        try Task.checkCancellation()
        spent += ContinuousClock.now - start
        guard piece == nil || spent < limit else { throw HTTPClientError.readTimeout }
        return piece
    }

    /// All pieces together, at most this number of bytes.
    mutating func collect(upTo size: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await next() {
            guard bytes.count + piece.readableBytes <= size else { throw NIOTooManyBytesError(maxBytes: size) }
            bytes += piece.readableBytesView
        }
        return bytes
    }
}
