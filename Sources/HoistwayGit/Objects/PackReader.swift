import HoistwayCrypto
import HoistwayModel

/// Reads a small pack in memory.
///
/// Large ones go to disk, see `PackFile`.
struct PackReader {
    /// Uncompressed bytes that all entries together may have.
    var limit: Int
    /// Finds bases of deltas that are not in the pack.
    var base: (ObjectID) -> GitObject? = { _ in nil }

    /// All objects, with ids that were computed from their content.
    func objects(in pack: [UInt8]) throws(PackError) -> [ObjectID: GitObject] {
        try pack.withUnsafeBufferPointer { (bytes) throws(PackError) in
            try Self.checkTrailer(bytes)
            var run = PackRun(bytes: bytes, limits: .inMemory(limit), keepsObjects: true, outside: base)
            try run.run()
            return run.objects
        }
    }

    /// Whether the pack has a delta whose base is named by id, and so may be missing from the pack.
    static func hasNamedBases(_ pack: [UInt8]) throws(PackError) -> Bool {
        try pack.withUnsafeBufferPointer { (bytes) throws(PackError) in
            var scan = PackScan(bytes)
            for _ in 0..<(try scan.count()) {
                let entry = try scan.next()
                if case .named = entry.base { return true }
                guard let content = Zlib.inflate(scan.rest, size: entry.size) else {
                    throw .malformed("a compressed object")
                }
                scan.skip(content.consumed)
            }
            return false
        }
    }

    static func checkTrailer(_ pack: UnsafeBufferPointer<UInt8>) throws(PackError) {
        guard pack.count >= 32 else { throw .truncated }
        let digest = Digest.hash(.sha1, UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: pack.dropLast(20))))
        guard digest.elementsEqual(pack.suffix(20)) else { throw .badTrailer }
    }
}
