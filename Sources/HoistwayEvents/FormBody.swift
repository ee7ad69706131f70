import HoistwayModel

/// A body of type `application/x-www-form-urlencoded`.
enum FormBody {
    /// The bytes of the one field `payload`, decoded; `nil` where it is missing or stands twice, or a `%` is cut short.
    static func payload(in body: UnsafeRawBufferPointer) -> [UInt8]? {
        var found: [UInt8]?
        for field in body.split(separator: UInt8(ascii: "&")) {
            let name = field.prefix { $0 != UInt8(ascii: "=") }
            guard decode(name) == payloadName else { continue }
            guard found == nil, let value = decode(field.dropFirst(name.count + 1)) else { return nil }
            found = value
        }
        return found
    }

    private static let payloadName = Array("payload".utf8)

    private static func decode(_ text: Slice<UnsafeRawBufferPointer>) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"):
                result.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let value = PercentDecoding.hexPair(rest) else { return nil }
                result.append(value)
                rest = rest.dropFirst(2)
            default:
                result.append(byte)
            }
        }
        return result
    }
}
