import HoistwayModel

/// Finds the shape of answers from their types: a view is decoded in the same way as it was encoded, so that the
/// document always matches the program.
///
/// A view is decoded by a decoder without data. It records the requested keys, their types, and whether they are
/// optional, and returns the simplest value for each.
final class ShapeReader {
    /// By name, the shapes of ``Shape/named(_:)``.
    private(set) var components: [String: Shape] = [:]
    /// Types that have rejected the simplest values, so that their shape is unknown.
    private(set) var failures: [String] = []
    private var reading: Set<String> = []

    func shape(of type: any Decodable.Type) -> Shape {
        if let known = Self.plain(type)?.shape { return known }
        if let container = type as? any ShapedContainer.Type { return container.shape(by: self) }
        if let values = Self.values(of: type) { return .values(values) }
        let name = Self.name(of: type)
        if components[name] != nil || reading.contains(name) { return .named(name) }
        do {
            return try read(type).shape
        } catch {
            failures.append(name)
            return .any
        }
    }

    fileprivate func value<Value: Decodable>(of type: Value.Type) throws -> Value {
        if let plain = Self.plain(type)?.value as? Value { return plain }
        if let container = type as? any ShapedContainer.Type, let empty = container.empty as? Value { return empty }
        if let first = (type as? any CaseIterable.Type)?.first as? Value { return first }
        guard let made = try read(type).value as? Value else { throw Unreadable(name: Self.name(of: type)) }
        return made
    }

    private func read<Value: Decodable>(_ type: Value.Type) throws -> (shape: Shape, value: any Decodable) {
        let name = Self.name(of: type)
        reading.insert(name)
        defer { reading.remove(name) }
        let decoder = ShapeDecoder(reader: self)
        let value = try Value(from: decoder)
        if let single = decoder.single { return (single, value) }
        if components[name] == nil { components[name] = .object(Shape.Fields(fields: decoder.fields)) }
        return (.named(name), value)
    }

    private static func plain(_ type: any Decodable.Type) -> (shape: Shape, value: any Decodable)? {
        switch type {
        case is String.Type: (.text(Shape.Text()), "")
        case is Bool.Type: (.boolean, false)
        case is Int.Type: (.integer(Self.exact), 0)
        case is Int64.Type: (.integer(Self.exact), Int64(0))
        case is UInt64.Type: (.integer(0...Self.exact.upperBound), UInt64(0))
        case is Double.Type: (.number, 0.0)
        case is Timestamp.Type: (.time, Timestamp(seconds: 0))
        case is ObjectID.Type: (.pattern(.objectID), ObjectID.zero)
        case is PlainJSON.Type: (.any, PlainJSON(.null))
        case is ConfigValue.Type: (.any, ConfigValue.null)
        default: nil
        }
    }

    /// Integers that every JSON reader keeps exactly.
    static let exact: ClosedRange<Int64> = -9_007_199_254_740_991...9_007_199_254_740_991

    /// The values of an enum of texts.
    private static func values(of type: any Decodable.Type) -> [String]? {
        (type as? any CaseIterable.Type)?.texts
    }

    /// Without the module's name: `StageHealthApplication`.
    private static func name(of type: any Decodable.Type) -> String {
        String(reflecting: type).split(separator: ".").dropFirst().joined()
    }

    fileprivate struct Unreadable: Error {
        var name: String
    }
}

extension CaseIterable {
    fileprivate static var first: (any Decodable)? { allCases.first as? any Decodable }

    /// `nil` if the cases are not texts.
    fileprivate static var texts: [String]? {
        let found = allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
        return found.count == allCases.count ? found : nil
    }
}

// MARK: Containers

/// A type of the standard library that contains others.
private protocol ShapedContainer {
    static func shape(by reader: ShapeReader) -> Shape
    static var empty: Self { get }
}

extension Array: ShapedContainer where Element: Decodable {
    fileprivate static func shape(by reader: ShapeReader) -> Shape {
        .list(reader.shape(of: Element.self), count: nil)
    }
    fileprivate static var empty: [Element] { [] }
}

extension Set: ShapedContainer where Element: Decodable {
    fileprivate static func shape(by reader: ShapeReader) -> Shape {
        .list(reader.shape(of: Element.self), count: nil)
    }
    fileprivate static var empty: Set<Element> { [] }
}

extension Dictionary: ShapedContainer where Key == String, Value: Decodable {
    fileprivate static func shape(by reader: ShapeReader) -> Shape { .map(reader.shape(of: Value.self)) }
    fileprivate static var empty: [String: Value] { [:] }
}

// MARK: The decoder without data

private final class ShapeDecoder: Decoder {
    let reader: ShapeReader
    var fields: [Shape.Field] = []
    /// The shape of a type with a single value.
    var single: Shape?
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(reader: ShapeReader) {
        self.reader = reader
    }

    func note(_ key: any CodingKey, _ type: any Decodable.Type, isRequired: Bool) {
        guard !fields.contains(where: { $0.name == key.stringValue }) else { return }
        fields.append(Shape.Field(name: key.stringValue, shape: reader.shape(of: type), isRequired: isRequired))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(ShapeKeys<Key>(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw ShapeReader.Unreadable(name: "a list") }
    func singleValueContainer() -> any SingleValueDecodingContainer { ShapeValue(decoder: self) }
}

private struct ShapeKeys<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: ShapeDecoder
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        decoder.note(key, type, isRequired: true)
        return try decoder.reader.value(of: type)
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) -> Value? {
        decoder.note(key, type, isRequired: false)
        return nil
    }

    // The protocol's default methods would decode these as if they always existed.
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) -> Bool? { absent(type, key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) -> String? { absent(type, key) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) -> Double? { absent(type, key) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) -> Int? { absent(type, key) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) -> Int64? { absent(type, key) }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) -> UInt64? { absent(type, key) }

    private func absent<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
        decoder.note(key, type, isRequired: false)
        return nil
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw ShapeReader.Unreadable(name: key.stringValue) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw ShapeReader.Unreadable(name: key.stringValue)
    }
    func superDecoder() throws -> any Decoder { throw ShapeReader.Unreadable(name: "super") }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw ShapeReader.Unreadable(name: key.stringValue) }
}

private struct ShapeValue: SingleValueDecodingContainer {
    let decoder: ShapeDecoder
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        decoder.single = decoder.reader.shape(of: type)
        return try decoder.reader.value(of: type)
    }
}
