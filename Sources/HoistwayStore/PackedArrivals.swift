import HoistwayModel

/// Arrivals as bytes in one column, since hexadecimal digits and JSON take many times as long to read.
///
/// Each arrival has one byte for its kind and whether it was pushed, and two ids with 20 bytes each. The lengths of
/// remote and branch follow with two bytes each, the low one first. Then come both texts in UTF-8.
struct PackedArrivals {
    private static let head = 1 + 2 * 20 + 2 * 2
    private static let kinds: [PushedRef?] = [nil, .branch, .promotionBranch, .tag]
    private static let pushed: UInt8 = 1 << 7

    /// `nil`: one of them has images, or a text that is too long.
    static func bytes(of arrivals: [BranchArrival]) -> [UInt8]? {
        var bytes: [UInt8] = []
        for arrival in arrivals {
            let texts = [arrival.remote, arrival.branch].map { Array($0.utf8) }
            guard arrival.images == nil, let kind = kinds.firstIndex(of: arrival.kind),
                texts.allSatisfy({ $0.count <= UInt16.max })
            else { return nil }
            bytes.append(UInt8(kind) | (arrival.pushed ? pushed : 0))
            bytes += arrival.before.bytes + arrival.commit.bytes
            for text in texts { bytes += [UInt8(truncatingIfNeeded: text.count), UInt8(text.count >> 8)] }
            for text in texts { bytes += text }
        }
        return bytes
    }

    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    /// `nil`: ``bytes(of:)`` has not made these bytes.
    mutating func next() -> BranchArrival? {
        guard bytes.count - place >= Self.head else { return nil }
        let flags = bytes[place]
        let kind = Int(flags & ~Self.pushed)
        let lengths = [41, 43].map { Int(bytes[place + $0]) | Int(bytes[place + $0 + 1]) << 8 }
        let texts = place + Self.head
        let end = texts + lengths[0] + lengths[1]
        guard kind < Self.kinds.count, end <= bytes.count, let before = id(at: place + 1),
            let commit = id(at: place + 21)
        else { return nil }
        defer { place = end }
        return BranchArrival(
            remote: String(decoding: bytes[texts..<texts + lengths[0]], as: UTF8.self),
            branch: String(decoding: bytes[texts + lengths[0]..<end], as: UTF8.self),
            before: before,
            commit: commit,
            pushed: flags & Self.pushed != 0,
            kind: Self.kinds[kind]
        )
    }

    private func id(at start: Int) -> ObjectID? {
        bytes.withUnsafeBytes { ObjectID(raw: UnsafeRawBufferPointer(rebasing: $0[start..<start + 20])) }
    }
}
