extension NetworkAddress {
    /// The address in a URL's host, without a look-up: an address in its usual spelling, IPv6 in brackets, or
    /// `localhost`.
    ///
    /// `nil`: the host is a name, or a spelling that only the system can read.
    package init?(host: String) {
        if host == "localhost" {
            self.init(bytes: [127, 0, 0, 1])
        } else if host.hasPrefix("["), host.hasSuffix("]") {
            guard let bytes = Self.v6(host.dropFirst().dropLast()) else { return nil }
            self.init(bytes: bytes)
        } else {
            guard let bytes = Self.v4(host[...]) else { return nil }
            self.init(bytes: bytes)
        }
    }

    private static func v4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { part in
            // With leading zeros, some programs would read it as octal.
            part.utf8.allSatisfy { (0x30...0x39).contains($0) } && (part == "0" || !part.hasPrefix("0"))
                ? UInt8(part) : nil
        }
        return parts.count == 4 && bytes.count == 4 ? bytes : nil
    }

    /// <https://www.rfc-editor.org/rfc/rfc4291#section-2.2>.
    private static func v6(_ text: Substring) -> [UInt8]? {
        guard let gap = text.firstRange(of: "::") else {
            let bytes = groups(text)
            return bytes?.count == 16 ? bytes : nil
        }
        // A gap replaces at least one group.
        guard let front = groups(text[..<gap.lowerBound]), let back = groups(text[gap.upperBound...]),
            front.count + back.count <= 14
        else { return nil }
        return front + Array(repeating: 0, count: 16 - front.count - back.count) + back
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let four = v4(part) {
                bytes += four
            } else {
                guard (1...4).contains(part.utf8.count), !part.hasPrefix("+"), let group = UInt16(part, radix: 16)
                else { return nil }
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            }
        }
        return bytes
    }
}
