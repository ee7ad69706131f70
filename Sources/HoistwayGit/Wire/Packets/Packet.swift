/// One unit of Git's wire format ("pkt-line").
///
/// See <https://git-scm.com/docs/protocol-common> and <https://git-scm.com/docs/protocol-v2>.
enum Packet: Equatable, Sendable {
    case data(ArraySlice<UInt8>)
    /// `0000`: the end of a message or a section.
    case flush
    /// `0001`: separates the sections of a message (v2).
    case delimiter
    /// `0002`: the end of an answer on stateless connections (v2).
    case responseEnd

    /// Largest unit, including its four digits of length, in bytes.
    static let maxLength = 65_520

    /// The payload as text without its final newline; `nil` for the three special packets.
    var line: String? {
        guard case .data(let bytes) = self else { return nil }
        return String(decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes, as: UTF8.self)
    }
}

/// Builds a message from units.
struct PacketWriter {
    private(set) var bytes: [UInt8] = []

    /// Adds one unit.
    ///
    /// A final newline is added, as Git does for text.
    mutating func line(_ text: String) {
        data(Array(text.utf8) + [UInt8(ascii: "\n")])
    }

    mutating func data(_ payload: [UInt8]) {
        precondition(payload.count <= Packet.maxLength - 4, "a pkt-line holds at most 65,516 bytes")
        let length = String(payload.count + 4, radix: 16)
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - length.utf8.count))
        bytes.append(contentsOf: length.utf8)
        bytes.append(contentsOf: payload)
    }

    mutating func flush() { bytes.append(contentsOf: "0000".utf8) }
    mutating func delimiter() { bytes.append(contentsOf: "0001".utf8) }
}
