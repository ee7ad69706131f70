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

    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    /// - Parameter bytes: valid as long as this value is used.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    /// `nil`: ``bytes(of:)`` has not made these bytes.
    ///
    /// - Parameter texts: gives the texts of remotes and branches.
    mutating func next(_ texts: inout SharedValues<String>) -> BranchArrival? {
        guard bytes.count - place >= Self.head else { return nil }
        let flags = bytes[place]
        let kind = Int(flags & ~Self.pushed)
        let branch = place + Self.head + length(at: place + 41)
        let end = branch + length(at: place + 43)
        guard kind < Self.kinds.count, end <= bytes.count, let before = id(at: place + 1),
            let commit = id(at: place + 21)
        else { return nil }
        defer { place = end }
        return BranchArrival(
            remote: texts.text(part(place + Self.head..<branch)),
            branch: texts.text(part(branch..<end)),
            before: before,
            commit: commit,
            pushed: flags & Self.pushed != 0,
            kind: Self.kinds[kind]
        )
    }

    private func length(at start: Int) -> Int { Int(bytes[start]) | Int(bytes[start + 1]) << 8 }

    private func id(at start: Int) -> ObjectID? { ObjectID(raw: part(start..<start + 20)) }

    private func part(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }
}
