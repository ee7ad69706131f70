import AsyncHTTPClient
import NIOCore

/// The pieces of an answer, for a bounded time: one that drips byte by byte would go on for ever.
///
/// The time that its reader takes between two pieces does not count.
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
        // A cancelled answer ends as if it were complete.
        try Task.checkCancellation()
        spent += ContinuousClock.now - start
        guard piece == nil || spent < limit else { throw HTTPClientError.readTimeout }
        return piece
    }

    /// All of them, at most so many bytes.
    mutating func collect(upTo size: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await next() {
            guard bytes.count + piece.readableBytes <= size else { throw NIOTooManyBytesError(maxBytes: size) }
            bytes += piece.readableBytesView
        }
        return bytes
    }
}
