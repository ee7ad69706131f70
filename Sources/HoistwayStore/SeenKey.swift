import HoistwayCrypto

/// The key of a duplicate: its kind, its receiver, and 16 bytes of a SHA-256.
///
/// Half of a hash is enough to distinguish deliveries. Two bodies with the same half need about 2^64 tries, and would
/// have to be signed. It keeps the table at half its size.
struct SeenKey: Hashable, Comparable {
    enum Kind: UInt64 {
        case sender = 1
        case body = 2
    }

    private let scope: UInt64
    private let high: UInt64
    private let low: UInt64

    init(_ kind: Kind, receiver: Int64, hash: [UInt8]) {
        scope = UInt64(bitPattern: receiver) << 8 | kind.rawValue
        high = hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = hash.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    init(senderID: String, receiver: Int64) {
        self.init(.sender, receiver: receiver, hash: SHA256.hash(senderID))
    }

    /// As stored: the bytes have the same order as the keys.
    var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 24) { bytes, count in
            let raw = UnsafeMutableRawBufferPointer(bytes)
            raw.storeBytes(of: scope.bigEndian, toByteOffset: 0, as: UInt64.self)
            raw.storeBytes(of: high.bigEndian, toByteOffset: 8, as: UInt64.self)
            raw.storeBytes(of: low.bigEndian, toByteOffset: 16, as: UInt64.self)
            count = 24
        }
    }

    static func < (left: SeenKey, right: SeenKey) -> Bool {
        (left.scope, left.high, left.low) < (right.scope, right.high, right.low)
    }
}
