import Czlib

/// What a server compresses.
enum Gzip {
    static func pack(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(
            &stream,
            6,
            Z_DEFLATED,
            15 + 16,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            CInt(MemoryLayout<z_stream>.size)
        )
        defer { deflateEnd(&stream) }
        var input = bytes
        let room = Int(deflateBound(&stream, UInt(bytes.count)))
        return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            input.withUnsafeMutableBufferPointer { source in
                stream.next_in = source.baseAddress
                stream.avail_in = CUnsignedInt(source.count)
                stream.next_out = buffer.baseAddress
                stream.avail_out = CUnsignedInt(room)
                precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
            }
            count = room - Int(stream.avail_out)
        }
    }
}
