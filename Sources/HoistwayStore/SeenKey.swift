import Foundation
import HoistwayCrypto

/// What a duplicate is known by: a byte that says which kind, the receiver's number, and 16 bytes of a SHA-256.
///
/// Half of a hash is enough to tell deliveries apart (nobody finds two bodies for it below 2^64 tries, and they would
/// have to be signed), and keeps the table at half its size.
struct SeenKey {
    enum Kind: UInt8 {
        case sender = 1
        case body = 2
    }

    let data: Data

    init(_ kind: Kind, receiver: Int64, hash: [UInt8]) {
        var data = Data(capacity: 21)
        data.append(kind.rawValue)
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: receiver).bigEndian) { data.append(contentsOf: $0) }
        data.append(contentsOf: hash.prefix(16))
        self.data = data
    }

    init(senderID: String, receiver: Int64) {
        self.init(.sender, receiver: receiver, hash: SHA256.hash(senderID))
    }
}
