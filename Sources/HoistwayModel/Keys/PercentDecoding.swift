/// Decodes `%XX` in URLs and forms.
package enum PercentDecoding {
    /// The text; `nil` where the result is not UTF-8.
    ///
    /// A `%` without two digits is literal.
    package static func decode(_ bytes: some Collection<UInt8>) -> String? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = hexPair(rest) {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return String(validating: result, as: UTF8.self)
    }

    /// The value of the first two bytes, if both are hexadecimal digits.
    package static func hexPair(_ bytes: some Collection<UInt8>) -> UInt8? {
        guard let high = bytes.first.flatMap(value(of:)), let low = bytes.dropFirst().first.flatMap(value(of:)) else {
            return nil
        }
        return high << 4 | low
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
