import HoistwayCrypto
import HoistwayModel

/// Why bytes are not a pack that can be taken in.
enum PackError: Error, Equatable {
    case truncated
    case malformed(String)
    /// The content would take more memory than is allowed.
    case tooLarge
    case missingBase(ObjectID)
    case badTrailer

    var detail: String {
        switch self {
        case .truncated: "the pack ends too early"
        case .malformed(let what): "the pack is malformed: \(what)"
        case .tooLarge: "the pack's content is too large"
        case .missingBase(let id): "the pack has a delta on \(id), which is not there"
        case .badTrailer: "the pack's checksum is wrong"
        }
    }
}

/// Reads a small pack in memory: <https://git-scm.com/docs/gitformat-pack>.
///
/// Large ones go through libgit2's indexer, see `PackIndexer`.
struct PackReader {
    /// One entry as it stands in the pack.
    enum Entry {
        case object(GitObject)
        case delta(base: ObjectID, [UInt8])
    }

    /// Uncompressed bytes that all objects together may have.
    var limit: Int
    /// Finds bases of deltas that are not in the pack.
    var base: (ObjectID) -> GitObject? = { _ in nil }

    /// All objects, with ids that were computed from their content.
    func objects(in pack: [UInt8]) throws(PackError) -> [ObjectID: GitObject] {
        try Self.checkTrailer(pack)
        return try pack.withUnsafeBufferPointer { (bytes) throws(PackError) in
            var run = PackRun(bytes: bytes, limit: limit, outside: base)
            return try run.objects()
        }
    }

    /// Whether the pack has a delta whose base is named by id, which may lie outside of it.
    static func hasNamedBases(_ pack: [UInt8]) throws(PackError) -> Bool {
        try pack.withUnsafeBufferPointer { (bytes) throws(PackError) in
            var run = PackRun(bytes: bytes, limit: 256 << 20, outside: { _ in nil })
            return try run.hasNamedBases()
        }
    }

    private static func checkTrailer(_ pack: [UInt8]) throws(PackError) {
        guard pack.count >= 32 else { throw .truncated }
        let digest = pack.withUnsafeBytes { Digest.hash(.sha1, UnsafeRawBufferPointer(rebasing: $0.dropLast(20))) }
        guard digest.elementsEqual(pack.suffix(20)) else { throw .badTrailer }
    }
}

/// One pass over a pack.
private struct PackRun {
    let bytes: UnsafeBufferPointer<UInt8>
    let limit: Int
    let outside: (ObjectID) -> GitObject?
    private var position = 12
    private var inflated = 0
    private var byOffset: [Int: GitObject] = [:]
    private var found: [ObjectID: GitObject] = [:]
    /// Deltas whose base did not come yet; offsets are places in the pack.
    private var pending: [(offset: Int, base: ObjectID, delta: [UInt8])] = []

    init(bytes: UnsafeBufferPointer<UInt8>, limit: Int, outside: @escaping (ObjectID) -> GitObject?) {
        self.bytes = bytes
        self.limit = limit
        self.outside = outside
    }

    mutating func objects() throws(PackError) -> [ObjectID: GitObject] {
        for _ in 0..<(try count()) { try readEntry() }
        guard position == bytes.count - 20 else { throw .malformed("it goes on after its last object") }
        try settlePending()
        return found
    }

    mutating func hasNamedBases() throws(PackError) -> Bool {
        for _ in 0..<(try count()) {
            let (type, size) = try readHeader()
            if type == 7 { return true }
            if type == 6 { _ = try readOffset() }
            _ = try readContent(size)
        }
        return false
    }

    private func count() throws(PackError) -> Int {
        guard bytes.count >= 32 else { throw .truncated }
        guard bytes.prefix(4).elementsEqual("PACK".utf8) else { throw .malformed("no signature") }
        guard bytes[4..<8].elementsEqual([0, 0, 0, 2]) else { throw .malformed("not version 2") }
        let count = bytes[8..<12].reduce(0) { $0 << 8 | Int($1) }
        // An entry takes at least nine bytes: one of header and an empty zlib stream.
        guard count <= bytes.count / 9 else { throw .truncated }
        return count
    }

    private mutating func readEntry() throws(PackError) {
        let start = position
        let (type, size) = try readHeader()
        switch type {
        case 6:
            let offset = try readOffset()
            let delta = try readContent(size)
            guard let base = byOffset[start - offset] else {
                // The base is itself a delta on something that comes later.
                throw .malformed("a delta's base is not an object before it")
            }
            try add(apply(delta, to: base), at: start)
        case 7:
            guard let base = ObjectID(bytes: try take(20)) else { throw .truncated }
            let delta = try readContent(size)
            if let object = found[base] {
                try add(apply(delta, to: object), at: start)
            } else {
                // Bounded like an object for as long as it waits.
                inflated += delta.count
                pending.append((start, base, delta))
            }
        default:
            guard let kind = ObjectKind(rawValue: type) else { throw .malformed("object type \(type)") }
            try add(GitObject(kind: kind, bytes: readContent(size)), at: start)
        }
    }

    /// Applies what waited for bases that came later or that lie outside, until nothing moves any more.
    private mutating func settlePending() throws(PackError) {
        while !pending.isEmpty {
            let waiting = pending
            pending = []
            for entry in waiting {
                guard let base = found[entry.base] ?? outside(entry.base) else {
                    pending.append(entry)
                    continue
                }
                inflated -= entry.delta.count
                try add(apply(entry.delta, to: base), at: entry.offset)
            }
            if let first = pending.first, pending.count == waiting.count { throw .missingBase(first.base) }
        }
    }

    private func apply(_ delta: [UInt8], to base: GitObject) throws(PackError) -> GitObject {
        GitObject(kind: base.kind, bytes: try PackDelta.apply(delta, to: base.bytes, limit: limit - inflated))
    }

    private mutating func add(_ object: GitObject, at offset: Int) throws(PackError) {
        inflated += object.bytes.count
        guard inflated <= limit else { throw .tooLarge }
        let id: ObjectID
        do { id = try object.checkedID() } catch { throw .malformed(error.detail) }
        found[id] = object
        byOffset[offset] = object
    }

    private mutating func readHeader() throws(PackError) -> (type: UInt8, size: Int) {
        var byte = try next()
        let type = byte >> 4 & 7
        var size = Int(byte & 15)
        var shift = 4
        while byte & 0x80 != 0 {
            guard shift <= 46 else { throw .malformed("a size") }
            byte = try next()
            size |= Int(byte & 0x7F) << shift
            shift += 7
        }
        return (type, size)
    }

    private mutating func readOffset() throws(PackError) -> Int {
        var byte = try next()
        var offset = Int(byte & 0x7F)
        while byte & 0x80 != 0 {
            guard offset < 1 << 40 else { throw .malformed("an offset") }
            byte = try next()
            offset = (offset + 1) << 7 | Int(byte & 0x7F)
        }
        return offset
    }

    private mutating func readContent(_ size: Int) throws(PackError) -> [UInt8] {
        guard size <= limit - inflated else { throw .tooLarge }
        let rest = bytes[position..<max(position, bytes.count - 20)]
        guard let content = Zlib.inflate(rest, size: size) else { throw .malformed("a compressed object") }
        position += content.consumed
        return content.bytes
    }

    private mutating func take(_ count: Int) throws(PackError) -> Slice<UnsafeBufferPointer<UInt8>> {
        guard position + count <= bytes.count - 20 else { throw .truncated }
        defer { position += count }
        return bytes[position..<position + count]
    }

    private mutating func next() throws(PackError) -> UInt8 {
        guard position < bytes.count - 20 else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }
}
