import HoistwayPorts

/// The host and port of a URL.
enum HostPort {
    static func parse(_ text: Substring, isURL: Bool) throws(GitFailure) -> (host: String, port: Int?) {
        var host = text
        var port: Int?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw bad(text) }
            host = text[...end]
            let inner = host.dropFirst().dropLast()
            guard !inner.isEmpty, inner.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { throw bad(text) }
            port = try self.port(text[text.index(after: end)...], in: text)
            return (String(host), port)
        }
        if isURL, let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            port = try self.port(text[colon...], in: text)
        }
        let plain = host.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == "_" }
        guard !host.isEmpty, plain, !host.hasPrefix("-") else { throw bad(text) }
        return (String(host), port)
    }

    private static func port(_ text: Substring, in whole: Substring) throws(GitFailure) -> Int? {
        if text.isEmpty || text == ":" { return nil }
        guard text.first == ":", let port = UInt16(text.dropFirst()), port > 0 else { throw bad(whole) }
        return Int(port)
    }

    private static func bad(_ text: Substring) -> GitFailure {
        .invalidURL("a URL", reason: "\"\(ServerWords.clean(String(text), limit: 80))\" is not a host")
    }
}

enum PercentCoding {
    /// `nil` where an escape is invalid, or where the result is not UTF-8 or has control characters.
    static func decode(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
