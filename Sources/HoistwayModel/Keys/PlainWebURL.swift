/// The parts of a URL in the form that most have: `https://host[:port]/path`, of letters, digits and few other characters.
///
/// A start reads the URL of a repository some ten times for each stage. In this form nothing must be decoded, removed or
/// refused, so its parts are found in its bytes; ``GitAddress`` reads all other forms.
struct PlainWebURL {
    /// Lower-case.
    var host: Substring
    /// `nil`: the default one of the scheme.
    var port: Int?
    /// Without a slash at its ends; it may end in `.git`, after a name.
    var path: Substring

    /// `nil` for another form, or for a URL that is refused.
    init?(_ url: String) {
        guard url.utf8.count <= GitAddress.maxBytes,
            let found = url.utf8.withContiguousStorageIfAvailable(Parts.init(_:)), let parts = found
        else { return nil }
        let place = { url.utf8.index(url.startIndex, offsetBy: $0) }
        host = url[place(parts.host.lowerBound)..<place(parts.host.upperBound)]
        port = parts.port
        path = url[place(parts.path)...]
    }

    private struct Parts {
        var host: Range<Int>
        var port: Int?
        var path: Int

        init?(_ bytes: UnsafeBufferPointer<UInt8>) {
            guard let scheme = Scheme(of: bytes) else { return nil }
            var place = scheme.length
            while place < bytes.count, Self.isHost(bytes[place]) { place += 1 }
            host = scheme.length..<place
            guard let first = host.first, Self.isLowerOrDigit(bytes[first]), bytes[place - 1] != UInt8(ascii: ".")
            else {
                return nil
            }
            if place < bytes.count, bytes[place] == UInt8(ascii: ":") {
                place += 1
                let start = place
                var number = 0
                while place < bytes.count, place - start < 5, Self.isDigit(bytes[place]) {
                    number = number * 10 + Int(bytes[place] &- UInt8(ascii: "0"))
                    place += 1
                }
                guard (1...65535).contains(number) else { return nil }
                port = number == scheme.port ? nil : number
            }
            guard place < bytes.count, bytes[place] == UInt8(ascii: "/") else { return nil }
            path = place + 1
            guard Self.isPath(UnsafeBufferPointer(rebasing: bytes[path...])) else { return nil }
        }

        /// Names with slashes between them; none begins with a dot, as `..` does.
        private static func isPath(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
            var isStart = true
            for byte in bytes {
                if byte == UInt8(ascii: "/") {
                    guard !isStart else { return false }
                    isStart = true
                } else {
                    guard isName(byte), !isStart || byte != UInt8(ascii: ".") else { return false }
                    isStart = false
                }
            }
            return !isStart
        }

        private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

        private static func isLowerOrDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 || isDigit(byte) }

        private static func isHost(_ byte: UInt8) -> Bool {
            isLowerOrDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }

        private static func isName(_ byte: UInt8) -> Bool {
            isHost(byte) || byte &- UInt8(ascii: "A") < 26 || byte == UInt8(ascii: "_")
        }
    }

    private struct Scheme {
        /// With `://`.
        var length: Int
        var port: Int

        init?(of bytes: UnsafeBufferPointer<UInt8>) {
            if bytes.starts(with: "https://".utf8) {
                (length, port) = (8, 443)
            } else if bytes.starts(with: "http://".utf8) {
                (length, port) = (7, 80)
            } else {
                return nil
            }
        }
    }
}
