import Czlib

/// One-shot compression in the format that packs use.
enum Zlib {
    /// Compresses at a level from 0 (stored) to 9.
    static func deflate(_ bytes: [UInt8], level: Int32) -> [UInt8] {
        var stream = z_stream()
        let started = hoistway_deflate_init_for(&stream, level, bytes.count)
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
            stream.avail_in = UInt32(clamping: source.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(clamping: size + 1)
            isComplete = Czlib.inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.total_out == UInt(size)
            count = isComplete ? size : 0
        }
        return isComplete ? (bytes, Int(stream.total_in)) : nil
    }

    /// The same for content that must not be in memory at once: passes it on piece by piece.
    ///
    /// Gives the length of the compressed stream; `nil` where it is damaged, of another size, or the task is cancelled.
    static func inflate(
        _ input: Slice<UnsafeBufferPointer<UInt8>>,
        size: Int,
        each: (UnsafeRawBufferPointer) -> Void
    ) -> Int? {
        var stream = z_stream()
        guard hoistway_inflate_init(&stream) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        let source = UnsafeBufferPointer(rebasing: input)
        var piece = [UInt8](repeating: 0, count: 256 << 10)
        var taken = 0
        var made = 0
        while made <= size, !Task.isCancelled {
            let available = min(source.count - taken, 1 << 30)
            stream.next_in = source.baseAddress.map { UnsafeMutablePointer(mutating: $0 + taken) }
            stream.avail_in = UInt32(available)
            let (status, count) = piece.withUnsafeMutableBufferPointer { output in
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                let status = Czlib.inflate(&stream, Z_NO_FLUSH)
                return (status, output.count - Int(stream.avail_out))
            }
            let consumed = available - Int(stream.avail_in)
            taken += consumed
            made += count
            piece.withUnsafeBytes { each(UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
            if status == Z_STREAM_END { return made == size ? taken : nil }
            guard status == Z_OK, count > 0 || consumed > 0 else { return nil }
        }
        return nil
    }

    static func crc(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBufferPointer { crc($0[...]) }
    }

    /// The checksum that an index has of each entry.
    static func crc(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> UInt32 {
        var sum = UInt(0)
        var rest = UnsafeBufferPointer(rebasing: bytes)[...]
        while !rest.isEmpty {
            let piece = UnsafeBufferPointer(rebasing: rest.prefix(1 << 30))
            sum = crc32(sum, piece.baseAddress, UInt32(piece.count))
            rest = rest.dropFirst(piece.count)
        }
        return UInt32(truncatingIfNeeded: sum)
    }
}
