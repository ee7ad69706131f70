import Czlib

/// One-shot compression in the format that packs use.
enum Zlib {
    /// Compresses at a level from 0 (stored) to 9.
    static func deflate(_ bytes: [UInt8], level: Int32) -> [UInt8] {
        var stream = z_stream()
        let started = hoistway_deflate_init(&stream, level)
        precondition(started == Z_OK, "zlib starts with a valid level and free memory")
        defer { deflateEnd(&stream) }
        let capacity = Int(deflateBound(&stream, UInt(bytes.count)))
        return [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            bytes.withUnsafeBufferPointer { input in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                let status = Czlib.deflate(&stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "the bound that zlib gave is enough")
            }
            count = capacity - Int(stream.avail_out)
        }
    }

    /// Decompresses the stream at the start of `input`, which must hold exactly `size` bytes of content.
    ///
    /// Gives the content and the length of the compressed stream; `nil` where the stream is damaged or of another size.
    static func inflate(_ input: Slice<UnsafeBufferPointer<UInt8>>, size: Int) -> (bytes: [UInt8], consumed: Int)? {
        var stream = z_stream()
        guard hoistway_inflate_init(&stream) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        let source = UnsafeBufferPointer(rebasing: input)
        var isComplete = false
        // One byte more than expected: a longer stream is noticed, and an empty one has a place to write to.
        let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { output, count in
            stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            stream.avail_in = UInt32(source.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(size + 1)
            isComplete = Czlib.inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.total_out == UInt(size)
            count = isComplete ? size : 0
        }
        return isComplete ? (bytes, Int(stream.total_in)) : nil
    }
}
