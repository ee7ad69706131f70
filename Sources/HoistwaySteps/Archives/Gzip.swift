import Czlib

/// gzip's format: <https://www.rfc-editor.org/rfc/rfc1952>.
enum Gzip {
    private static let pieceBytes = 256 << 10

    static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// Compresses; the same bytes always give the same result: the header holds neither a time nor a name.
    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        let started = hoistway_gzip_init(&stream, Z_DEFAULT_COMPRESSION)
        precondition(started == Z_OK, "zlib starts with a valid level and free memory")
        defer { deflateEnd(&stream) }
        let capacity = Int(deflateBound(&stream, UInt(bytes.count)))
        return [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            count = bytes.withUnsafeBufferPointer {
                hoistway_deflate_whole(&stream, $0.baseAddress, $0.count, output.baseAddress, output.count)
            }
            precondition(count > 0, "the bound that zlib gave is enough")
        }
    }

    enum Failure: Error {
        case damaged
        case tooLarge
    }

    /// Decompresses all members of a file.
    ///
    /// - Parameter limit: maximum size of the output, in bytes.
    static func decompress(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        guard hoistway_gunzip_init(&stream) == Z_OK else { throw .damaged }
        defer { inflateEnd(&stream) }
        var result: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: pieceBytes)
        var taken = 0
        while true {
            let available = min(bytes.count - taken, 1 << 30)
            let (status, made) = bytes.withUnsafeBufferPointer { input in
                piece.withUnsafeMutableBufferPointer { output in
                    stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + taken) }
                    stream.avail_in = UInt32(available)
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    let status = inflate(&stream, Z_NO_FLUSH)
                    return (status, output.count - Int(stream.avail_out))
                }
            }
            let consumed = available - Int(stream.avail_in)
            taken += consumed
            guard result.count + made <= limit else { throw .tooLarge }
            result += piece.prefix(made)
            if status == Z_STREAM_END {
                guard taken < bytes.count else { return result }
                guard inflateReset(&stream) == Z_OK else { throw .damaged }
                continue
            }
            guard status == Z_OK, made > 0 || consumed > 0 else { throw .damaged }
        }
    }
}
