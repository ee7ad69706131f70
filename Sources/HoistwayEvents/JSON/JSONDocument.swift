import HoistwayModel

/// A JSON text that was checked as a whole: syntax, UTF-8, depth, repeated keys of the outermost object.
///
/// Values are read from the bytes when needed, so that a body needs little more memory than its own size, at any
/// nesting.
enum JSONDocument {
    /// The outermost object.
    static func object(_ bytes: [UInt8]) throws(EventError) -> JSONObject {
        if let place = placeOfNoUTF8(bytes) { throw .notUTF8(atByte: place) }
        var keys: Set<String> = []
        var scanner = JSONScanner(bytes)
        try scanner.check { range throws(EventError) in
            let key = JSONString.decode(bytes[(range.lowerBound + 1)..<(range.upperBound - 1)])
            guard keys.insert(key).inserted else { throw .repeatedKey(atByte: range.lowerBound) }
        }
        var start = JSONScanner(bytes)
        start.skipBlanks()
        let value = JSONValue(bytes: bytes, start: start.position, misreadings: Misreadings())
        guard let object = value.object else { throw .notAnObject(found: value.sort) }
        return object
    }

    /// The position of the first byte that is not part of valid UTF-8; `nil` if there is none.
    private static func placeOfNoUTF8(_ bytes: [UInt8]) -> Int? {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }
}

/// One value of a checked text, by its start.
struct JSONValue {
    fileprivate let bytes: [UInt8]
    fileprivate let start: Int
    /// Shared by the whole text: it records reads of values with another type.
    fileprivate let misreadings: Misreadings

    init(bytes: [UInt8], start: Int, misreadings: Misreadings) {
        self.bytes = bytes
        self.start = start
        self.misreadings = misreadings
    }

    fileprivate var first: UInt8 { bytes[start] }

    var isNull: Bool { first == UInt8(ascii: "n") }

    /// The kind of the value, with its article, for people.
    var sort: String {
        switch first {
        case UInt8(ascii: "n"): "null"
        case UInt8(ascii: "{"): "an object"
        case UInt8(ascii: "["): "an array"
        case UInt8(ascii: "\""): "a string"
        case UInt8(ascii: "t"), UInt8(ascii: "f"): "a boolean"
        default: "a number"
        }
    }

    var string: String? {
        guard first == UInt8(ascii: "\"") else { return misread("a string") }
        let raw = raw
        return JSONString.decode(raw.dropFirst().dropLast())
    }

    var bool: Bool? {
        switch first {
        case UInt8(ascii: "t"): true
        case UInt8(ascii: "f"): false
        default: misread("a boolean")
        }
    }

    /// Only whole numbers that fit.
    var int: Int? { isNumber ? Int(String(decoding: raw, as: UTF8.self)) : misread("a number") }

    var double: Double? { isNumber ? Double(String(decoding: raw, as: UTF8.self)) : misread("a number") }

    var object: JSONObject? { JSONObject(self) ?? misread("an object") }

    var array: [JSONValue]? { array(limit: .max) }

    /// The first `limit` elements at most.
    func array(limit: Int) -> [JSONValue]? {
        guard first == UInt8(ascii: "[") else { return misread("an array") }
        var scanner = JSONScanner(bytes, at: start + 1)
        var values: [JSONValue] = []
        scanner.skipBlanks()
        if scanner.take("]") { return values }
        repeat {
            scanner.skipBlanks()
            values.append(JSONValue(bytes: bytes, start: scanner.position, misreadings: misreadings))
            scanner.skipCheckedValue()
            scanner.skipBlanks()
        } while values.count < limit && scanner.take(",")
        return values
    }

    private func misread<Value>(_ wanted: String) -> Value? {
        misreadings.note(at: start, wanted: wanted)
        return nil
    }

    private var isNumber: Bool {
        first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    }

    private var raw: ArraySlice<UInt8> {
        var scanner = JSONScanner(bytes, at: start)
        scanner.skipCheckedValue()
        return bytes[start..<scanner.position]
    }
}

/// An object that records the positions of its keys, so that the text is read once and no key is copied.
struct JSONObject {
    private struct Member {
        /// The range between the quotes.
        var key: Range<Int>
        /// The start of its value.
        var value: Int
    }

    let bytes: [UInt8]
    let misreadings: Misreadings
    private var members: [Member] = []

    fileprivate init?(_ value: JSONValue) {
        guard value.first == UInt8(ascii: "{") else { return nil }
        bytes = value.bytes
        misreadings = value.misreadings
        var scanner = JSONScanner(bytes, at: value.start + 1)
        scanner.skipBlanks()
        while scanner.current == UInt8(ascii: "\"") {
            let start = scanner.position
            scanner.skipCheckedString()
            let key = (start + 1)..<(scanner.position - 1)
            scanner.skipBlanks()
            _ = scanner.take(":")
            scanner.skipBlanks()
            members.append(Member(key: key, value: scanner.position))
            scanner.skipCheckedValue()
            scanner.skipBlanks()
            _ = scanner.take(",")
            scanner.skipBlanks()
        }
    }

    /// The last of several, like most readers of JSON.
    private func value(_ key: String) -> JSONValue? {
        members.last { names($0.key, key) }
            .map { JSONValue(bytes: bytes, start: $0.value, misreadings: misreadings) }
    }

    private func names(_ place: Range<Int>, _ key: String) -> Bool {
        let raw = bytes[place]
        if raw.count == key.utf8.count { return raw.elementsEqual(key.utf8) }
        // With escapes, a key in the text is longer than its meaning.
        return raw.count > key.utf8.count && raw.contains(UInt8(ascii: "\\")) && JSONString.decode(raw) == key
    }

    /// `nil` if the key is missing, or if its value is `null`.
    subscript(_ key: String) -> JSONValue? {
        value(key).flatMap { $0.isNull ? nil : $0 }
    }

    /// The kind of the value at a path of keys with dots between them; `nil` if there is none.
    ///
    /// It does not record a misreading.
    func sort(at path: String) -> String? {
        var keys = path.split(separator: ".")
        guard let last = keys.popLast() else { return nil }
        var object = self
        for key in keys {
            guard let next = object.value(String(key)).flatMap(JSONObject.init) else { return nil }
            object = next
        }
        return object.value(String(last))?.sort
    }

    /// Whether the key exists, even with `null`.
    func has(_ key: String) -> Bool { value(key) != nil }

    func string(_ key: String) -> String? { self[key]?.string }
    func bool(_ key: String) -> Bool? { self[key]?.bool }
    func int(_ key: String) -> Int? { self[key]?.int }
    func double(_ key: String) -> Double? { self[key]?.double }
    func object(_ key: String) -> JSONObject? { self[key]?.object }
    func array(_ key: String, limit: Int = .max) -> [JSONValue]? { self[key]?.array(limit: limit) }

    /// A text that exists and is not empty.
    func text(_ key: String) -> String? {
        guard let text = string(key), !text.isEmpty else { return nil }
        return text
    }

    func time(_ key: String) -> Timestamp? {
        text(key).flatMap { Timestamp(tolerant: $0) }
    }
}
