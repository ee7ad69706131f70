import HoistwayModel

/// A body of type `application/x-www-form-urlencoded`.
enum FormBody {
    /// More than any sender's: a body is looked through before anybody knows who sent it.
    private static let maxFields = 64

    /// The bytes of the one field `payload`, decoded.
    ///
    /// `nil` where it is missing or stands twice, a `%` is cut short, or there are too many fields.
    static func payload(in body: UnsafeRawBufferPointer) -> [UInt8]? {
        var found: [UInt8]?
        var rest = body[...]
        var fields = 0
        while !rest.isEmpty {
            let field = rest.prefix { $0 != UInt8(ascii: "&") }
            rest = rest.dropFirst(field.count + 1)
            fields += 1
            guard fields <= maxFields else { return nil }
            let name = field.prefix { $0 != UInt8(ascii: "=") }
            // No longer than with each letter written as `%` and two digits.
            guard name.count <= payloadName.count * 3, decode(name) == payloadName else { continue }
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
