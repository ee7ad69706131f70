/// Text that comes in parts, as whole lines: a part may end within a letter, but no letter goes over the end of a line.
struct WholeLines {
    /// A longer line is given in pieces; bytes.
    private static let most = 1 << 20

    private var rest: [UInt8] = []

    /// The lines that end in this part; `nil`: none does.
    mutating func add(_ part: some Sequence<UInt8>) -> String? {
        rest += part
        let isTooLong = rest.count > Self.most
        guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) ?? (isTooLong ? rest.count - 1 : nil) else { return nil }
        defer { rest.removeSubrange(...end) }
        return String(decoding: rest[...end], as: UTF8.self)
    }

    /// What came after the last line; `nil`: nothing.
    var end: String? { rest.isEmpty ? nil : String(decoding: rest, as: UTF8.self) }
}
