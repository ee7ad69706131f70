import HoistwayModel
import Hummingbird
import NIOCore

/// The fields of a form or a query: names and values in their order.
package struct FormFields: Sendable, Equatable {
    /// The largest form, in bytes; the largest one has fifty stages.
    package static let maxBytes = 64 * 1024
    package static let maxFields = 500

    package private(set) var fields: [(name: String, value: String)] = []

    package static func == (left: FormFields, right: FormFields) -> Bool {
        left.fields.elementsEqual(right.fields) { $0 == $1 }
    }

    package init(_ fields: [(name: String, value: String)] = []) {
        self.fields = fields
    }

    /// `nil` if the text is not `application/x-www-form-urlencoded`, or has too many fields.
    ///
    /// See <https://url.spec.whatwg.org/#urlencoded-parsing>; but an invalid `%` escape, and bytes that are not UTF-8,
    /// are refused.
    package init?(encoded text: some StringProtocol) {
        for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            let value = pair.dropFirst(name.count + 1)
            guard fields.count < Self.maxFields,
                let name = PercentEncoding.decoded(bytes: name, plusIsBlank: true),
                let value = PercentEncoding.decoded(bytes: value, plusIsBlank: true)
            else { return nil }
            fields.append((name, value))
        }
    }

    /// The value with this name; `nil` if it is absent, empty, or repeated.
    package func text(_ name: String) -> String? {
        var found: String?
        for field in fields where field.name == name && !field.value.isEmpty {
            guard found == nil else { return nil }
            found = field.value
        }
        return found
    }

    /// All values with this name.
    package func all(_ name: String) -> [String] {
        fields.compactMap { $0.name == name && !$0.value.isEmpty ? $0.value : nil }
    }

    /// All fields except these, in order, as bytes that differ if the fields differ.
    func content(without names: Set<String>) -> [UInt8] {
        fields.filter { !names.contains($0.name) }.flatMap { field in
            Array("\(field.name.utf8.count) \(field.value.utf8.count)\n\(field.name)\(field.value)".utf8)
        }
    }
}
