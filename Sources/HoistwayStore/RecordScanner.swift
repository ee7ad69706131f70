import FoundationEssentials
import HoistwayModel

/// Reads JSON of records, in the form in which the store writes it: without spaces, and each key of an object once.
///
/// `JSONDecoder` takes many times as long. Any other JSON, correct or not, is ``Unusual``: then the caller asks
/// `JSONDecoder`, which reads it or reports what is wrong.
struct RecordScanner {
    /// The scanner does not read this; it may be correct.
    struct Unusual: Error {}

    private let bytes: UnsafeRawBufferPointer
    private var place = 0
    /// Whether an object or a list was opened, and has no element yet.
    private var isOpened = false
    /// The last branch with its texts as they were written: most places of a stage are on the same one.
    private var lastBranch: (remote: Range<Int>, branch: Range<Int>, key: BranchKey)?

    /// - Parameter bytes: one value; valid as long as the scanner is used.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    func expectEnd() throws(Unusual) {
        guard place == bytes.count else { throw Unusual() }
    }

    // MARK: Objects and lists

    mutating func openObject() throws(Unusual) {
        try expect(UInt8(ascii: "{"))
        isOpened = true
    }

    /// The next key of the object, whose value must be read next; `nil`: the object has ended.
    mutating func key() throws(Unusual) -> String? {
        guard try goOn(before: UInt8(ascii: "}")) else { return nil }
        let key = try text()
        try expect(UInt8(ascii: ":"))
        return key
    }

    mutating func openList() throws(Unusual) {
        try expect(UInt8(ascii: "["))
        isOpened = true
    }

    /// Whether the list has another element, which must be read next.
    mutating func hasElement() throws(Unusual) -> Bool { try goOn(before: UInt8(ascii: "]")) }

    private mutating func goOn(before end: UInt8) throws(Unusual) -> Bool {
        let isFirst = isOpened
        isOpened = false
        guard place < bytes.count else { throw Unusual() }
        if bytes[place] == end {
            place += 1
            return false
        }
        if !isFirst { try expect(UInt8(ascii: ",")) }
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(Unusual) {
        guard place < bytes.count, bytes[place] == byte else { throw Unusual() }
        place += 1
    }

    // MARK: Values

    /// A whole number with up to 18 digits, all of which are in range.
    mutating func number() throws(Unusual) -> Int64 {
        let isNegative = place < bytes.count && bytes[place] == UInt8(ascii: "-")
        if isNegative { place += 1 }
        let start = place
        var number: Int64 = 0
        while place < bytes.count, bytes[place] &- UInt8(ascii: "0") < 10, place - start < 18 {
            number = number * 10 + Int64(bytes[place] &- UInt8(ascii: "0"))
            place += 1
        }
        // No leading zero: the store writes none.
        guard place == start + 1 || place > start && bytes[start] != UInt8(ascii: "0"),
            place == bytes.count || Self.ends(bytes[place])
        else { throw Unusual() }
        return isNegative ? -number : number
    }

    mutating func flag() throws(Unusual) -> Bool {
        for (word, value): (StaticString, Bool) in [("true", true), ("false", false)] {
            let end = place + word.utf8CodeUnitCount
            guard end <= bytes.count else { continue }
            let isWord = bytes[place..<end].elementsEqual(
                UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
            )
            guard isWord else { continue }
            place = end
            return value
        }
        throw Unusual()
    }

    mutating func text() throws(Unusual) -> String {
        let written = try writtenText()
        return try text(written.range, isEscaped: written.isEscaped)
    }

    /// An object whose values are of one kind.
    mutating func entries<Value>(
        _ value: (inout RecordScanner) throws(Unusual) -> Value
    ) throws(Unusual) -> [String: Value] {
        try openObject()
        var entries: [String: Value] = [:]
        while let key = try key() {
            guard entries.updateValue(try value(&self), forKey: key) == nil else { throw Unusual() }
        }
        return entries
    }

    mutating func elements<Value>(
        _ value: (inout RecordScanner) throws(Unusual) -> Value
    ) throws(Unusual) -> [Value] {
        try openList()
        var elements: [Value] = []
        while try hasElement() { elements.append(try value(&self)) }
        return elements
    }

    /// A value that few records have.
    mutating func rare<Value: Decodable>(_ type: Value.Type) throws(Unusual) -> Value {
        let start = place
        try skip()
        let value = Data(bytes[start..<place])
        do { return try JSONDecoder().decode(type, from: value) } catch { throw Unusual() }
    }

    mutating func objectID() throws(Unusual) -> ObjectID {
        let written = try writtenText()
        let digits = UnsafeRawBufferPointer(rebasing: bytes[written.range])
        guard let id = ObjectID(digits: digits) else { throw Unusual() }
        return id
    }

    mutating func branch() throws(Unusual) -> BranchKey {
        try openObject()
        var remote: (range: Range<Int>, isEscaped: Bool)?
        var branch: (range: Range<Int>, isEscaped: Bool)?
        while let key = try key() {
            switch key {
            case "remote": remote = try writtenText()
            case "branch": branch = try writtenText()
            default: throw Unusual()
            }
        }
        guard let remote, let branch else { throw Unusual() }
        if let lastBranch, isSame(lastBranch.remote, remote.range), isSame(lastBranch.branch, branch.range) {
            return lastBranch.key
        }
        let key = BranchKey(
            remote: try text(remote.range, isEscaped: remote.isEscaped),
            branch: try text(branch.range, isEscaped: branch.isEscaped)
        )
        lastBranch = (remote.range, branch.range, key)
        return key
    }

    // MARK: Texts

    /// The place of a text between its quotation marks.
    private mutating func writtenText() throws(Unusual) -> (range: Range<Int>, isEscaped: Bool) {
        try expect(UInt8(ascii: "\""))
        let start = place
        var isEscaped = false
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                place += 1
                return (start..<place - 1, isEscaped)
            case UInt8(ascii: "\\"):
                isEscaped = true
                place += 2
            case ..<0x20: throw Unusual()
            default: place += 1
            }
        }
        throw Unusual()
    }

    private func text(_ range: Range<Int>, isEscaped: Bool) throws(Unusual) -> String {
        let written = UnsafeRawBufferPointer(rebasing: bytes[range])
        let text =
            isEscaped
            ? String(validating: try unescaped(written), as: UTF8.self)
            : String(validating: written, as: UTF8.self)
        guard let text else { throw Unusual() }
        return text
    }

    private func unescaped(_ written: UnsafeRawBufferPointer) throws(Unusual) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(written.count)
        var place = 0
        while place < written.count {
            if written[place] == UInt8(ascii: "\\") {
                place += 1
                guard place < written.count, let byte = Self.escapes(written[place]) else { throw Unusual() }
                text.append(byte)
            } else {
                text.append(written[place])
            }
            place += 1
        }
        return text
    }

    /// The byte of a short escape; `nil` for others.
    private static func escapes(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
        case UInt8(ascii: "n"): UInt8(ascii: "\n")
        case UInt8(ascii: "t"): UInt8(ascii: "\t")
        case UInt8(ascii: "r"): UInt8(ascii: "\r")
        default: nil
        }
    }

    private func isSame(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        left.count == right.count && bytes[left].elementsEqual(bytes[right])
    }

    /// Goes to the end of a value.
    private mutating func skip() throws(Unusual) {
        var depth = 0
        repeat {
            guard place < bytes.count else { throw Unusual() }
            switch bytes[place] {
            case UInt8(ascii: "\""): _ = try writtenText()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                place += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                place += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"): place += 1
            default:
                while place < bytes.count, !Self.ends(bytes[place]) { place += 1 }
            }
        } while depth > 0
    }

    /// Whether the byte comes after a number or a word.
    private static func ends(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "\""): true
        default: false
        }
    }
}
