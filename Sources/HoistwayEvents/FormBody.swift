import HoistwayModel

/// A body of type `application/x-www-form-urlencoded`, as Git hosts send it: exactly one field, `payload`.
///
/// Only the body's own bytes decide whether it is one, never `Content-Type`, which no signature covers. Otherwise a
/// signed JSON document could be sent again as a form, and would be cut at each `&` in a commit message.
enum FormBody {
    private static let start = Array("payload=".utf8)

    /// No JSON document begins like this.
    static func isForm(_ body: UnsafeRawBufferPointer) -> Bool { body.starts(with: start) }

    /// The decoded bytes of the field.
    static func payload(in body: UnsafeRawBufferPointer) throws(FormFault) -> [UInt8] {
        guard isForm(body) else { throw .isNone }
        let value = body.dropFirst(start.count)
        if let place = value.firstIndex(of: UInt8(ascii: "&")) { throw .secondField(atByte: place) }
        return try decode(value)
    }

    private static func decode(_ text: Slice<UnsafeRawBufferPointer>) throws(FormFault) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"):
                result.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let value = PercentDecoding.hexPair(rest) else { throw .escape(atByte: rest.startIndex - 1) }
                result.append(value)
                rest = rest.dropFirst(2)
            default:
                result.append(byte)
            }
        }
        return result
    }
}
