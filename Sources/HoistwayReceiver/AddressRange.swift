import Glibc

/// A range of addresses in CIDR notation: `10.0.0.0/8`, `fd00::/8`; without a length it is one address.
package struct AddressRange: Sendable, Hashable {
    private let prefix: [UInt8]
    private let length: Int

    /// `nil` if the text is neither.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let bytes = AddressBytes(String(first))?.bytes else { return nil }
        let bits = bytes.count * 8
        if parts.count == 2 {
            guard let length = Int(parts[1]), (0...bits).contains(length) else { return nil }
            self.length = length
        } else {
            length = bits
        }
        prefix = bytes
    }

    func contains(_ address: AddressBytes) -> Bool {
        guard address.bytes.count == prefix.count else { return false }
        let whole = length / 8
        guard address.bytes[..<whole] == prefix[..<whole] else { return false }
        let rest = length % 8
        guard rest > 0 else { return true }
        let mask = UInt8.max << UInt8(8 - rest)
        return address.bytes[whole] & mask == prefix[whole] & mask
    }
}

/// An IP address as 4 or 16 bytes; an IPv4 address mapped into IPv6 counts as IPv4.
struct AddressBytes: Sendable, Hashable {
    let bytes: [UInt8]

    /// The network of one client: the first 64 bits for IPv6, since a client with one address there can use all.
    var network: [UInt8] { bytes.count == 16 ? Array(bytes[..<8]) : bytes }

    init?(_ text: String) {
        var four = [UInt8](repeating: 0, count: 4)
        var sixteen = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = four
        } else if inet_pton(AF_INET6, text, &sixteen) == 1 {
            let isMapped = sixteen[..<10].allSatisfy { $0 == 0 } && sixteen[10] == 0xff && sixteen[11] == 0xff
            bytes = isMapped ? Array(sixteen[12...]) : sixteen
        } else {
            return nil
        }
    }
}
