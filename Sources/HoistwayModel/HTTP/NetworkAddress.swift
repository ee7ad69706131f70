/// An address of IPv4 or IPv6, and whether it belongs to the public internet.
package struct NetworkAddress: Sendable, Hashable {
    /// The use of an address; only public ones certainly belong to others.
    package enum Reach: String, Sendable, CaseIterable {
        case isPublic = "public"
        case loopback
        case linkLocal = "link-local"
        /// The address at which cloud providers give a machine its credentials.
        case metadata
        case isPrivate = "private"
        /// Multicast, documentation, future use, or no use.
        case reserved
    }

    /// 4 or 16 bytes, in network order.
    package let bytes: [UInt8]

    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    package var reach: Reach { bytes.count == 4 ? Self.reach(v4: bytes) : reach6 }

    /// By the registries <https://www.iana.org/assignments/iana-ipv4-special-registry> and its counterpart for IPv6.
    private static func reach(v4 bytes: [UInt8]) -> Reach {
        let metadata: [[UInt8]] = [
            [169, 254, 169, 254], [169, 254, 170, 2], [100, 100, 100, 200], [168, 63, 129, 16], [192, 0, 0, 192],
        ]
        if metadata.contains(bytes) { return .metadata }
        switch (bytes[0], bytes[1], bytes[2]) {
        case (127, _, _): return .loopback
        case (169, 254, _): return .linkLocal
        case (10, _, _), (172, 16...31, _), (192, 168, _), (100, 64...127, _): return .isPrivate
        case (0, _, _), (192, 0, 0), (192, 0, 2), (198, 18...19, _), (198, 51, 100), (203, 0, 113), (224..., _, _):
            return .reserved
        default: return .isPublic
        }
    }

    private var reach6: Reach {
        if let inner = embedded { return Self.reach(v4: inner) }
        if bytes.dropLast().allSatisfy({ $0 == 0 }) {
            return bytes[15] == 1 ? .loopback : .reserved
        }
        // The addresses of Amazon and Google.
        if [Self.v6(0xFD00, 0xEC2, 0x254), Self.v6(0xFD20, 0xCE, 0x254)].contains(bytes) { return .metadata }
        switch (bytes[0], bytes[1]) {
        case (0xFE, 0x80...0xBF): return .linkLocal
        case (0xFE, 0xC0...0xFF), (0xFC...0xFD, _): return .isPrivate
        case (0x20, 0x01) where bytes[2] == 0x0D && bytes[3] == 0xB8: return .reserved
        case (0x20...0x3F, _): return .isPublic
        default: return .reserved
        }
    }

    /// The IPv4 address that a translator or a tunnel reaches: `::ffff:0:0/96`, `::/96`, `64:ff9b::/96`, `2002::/16`.
    private var embedded: [UInt8]? {
        if bytes.prefix(2) == [0x20, 0x02] { return Array(bytes[2..<6]) }
        let isMapped = bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        let isTranslated = bytes.prefix(12) == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
        let isCompatible = bytes.prefix(12).allSatisfy { $0 == 0 } && bytes[12..<15].contains { $0 != 0 }
        return isMapped || isTranslated || isCompatible ? Array(bytes.suffix(4)) : nil
    }

    private static func v6(_ first: UInt16, _ second: UInt16, _ last: UInt16) -> [UInt8] {
        func bytes(_ group: UInt16) -> [UInt8] { [UInt8(group >> 8), UInt8(group & 0xFF)] }
        return bytes(first) + bytes(second) + Array(repeating: 0, count: 10) + bytes(last)
    }
}
