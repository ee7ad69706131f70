import Czlib
import HoistwayEdits

/// A stream in pieces, inflated if it begins like gzip: an `index.yaml` never does.
final class InflatedPieces {
    private static let pieceBytes = 64 * 1024

    private let source: () -> [UInt8]?
    private let limit: Int
    /// Bytes that have arrived and are not inflated yet.
    private var input: [UInt8] = []
    private var isBegun = false
    private var stream: UnsafeMutablePointer<z_stream>?
    private var isEnded = false
    private var count = 0
    /// Why the stream ended too early.
    private(set) var failure: ChartIndex.Failure?

    /// - Parameter limit: of inflated bytes.
    init(_ source: @escaping () -> [UInt8]?, limit: Int) {
        self.source = source
        self.limit = limit
    }

    deinit {
        guard let stream else { return }
        inflateEnd(stream)
        stream.deallocate()
    }

    /// `nil` at the end, and after a failure.
    func next() -> [UInt8]? {
        guard failure == nil, !isEnded else { return nil }
        if !isBegun { begin() }
        guard stream != nil else {
            let piece = input.isEmpty ? source() : input
            input = []
            return piece
        }
        return inflated()
    }

    private func begin() {
        isBegun = true
        while input.count < 2, let piece = source() { input += piece }
        guard input.starts(with: [0x1F, 0x8B]) else { return }
        let made = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        made.initialize(to: z_stream())
        // 16 above the largest window means: with gzip's header.
        guard inflateInit2_(made, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else {
            preconditionFailure("zlib found no memory")
        }
        stream = made
    }

    private func inflated() -> [UInt8]? {
        guard let stream else { return nil }
        while true {
            if input.isEmpty {
                guard let piece = source() else {
                    failure = ChartIndex.Failure(reason: "is compressed, and ends in the middle")
                    return nil
                }
                input = piece
            }
            var status = Z_OK
            var taken = 0
            let output = [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { buffer, written in
                input.withUnsafeMutableBufferPointer { bytes in
                    stream.pointee.next_in = bytes.baseAddress
                    stream.pointee.avail_in = CUnsignedInt(bytes.count)
                    stream.pointee.next_out = buffer.baseAddress
                    stream.pointee.avail_out = CUnsignedInt(buffer.count)
                    status = inflate(stream, Z_NO_FLUSH)
                    taken = bytes.count - Int(stream.pointee.avail_in)
                }
                written = buffer.count - Int(stream.pointee.avail_out)
            }
            input.removeFirst(taken)
            count += output.count
            guard count <= limit else {
                failure = ChartIndex.Failure(reason: "has more than \(limit >> 20) MiB when it is unpacked")
                return nil
            }
            switch status {
            case Z_STREAM_END: isEnded = true
            case Z_OK, Z_BUF_ERROR: break
            default:
                failure = ChartIndex.Failure(reason: "is compressed in a way that cannot be read")
                return nil
            }
            if !output.isEmpty || isEnded { return output }
        }
    }
}
