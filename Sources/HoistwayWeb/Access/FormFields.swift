import HoistwayModel
import Hummingbird
import NIOCore

/// The fields of a form, or of a query: names and values in their order.
package struct FormFields: Sendable, Equatable {
    /// Largest form, in bytes; the largest names fifty stages.
    package static let maxBytes = 64 * 1024
    package static let maxFields = 500

    package private(set) var fields: [(name: String, value: String)] = []

    package static func == (left: FormFields, right: FormFields) -> Bool {
        left.fields.elementsEqual(right.fields) { $0 == $1 }
    }

    package init(_ fields: [(name: String, value: String)] = []) {
        self.fields = fields
    }

    /// `nil` for what is not `application/x-www-form-urlencoded`, or has too many fields.
    ///
    /// <https://url.spec.whatwg.org/#urlencoded-parsing>; a `%` that begins no code, and bytes that are not UTF-8, are
    /// refused instead of guessed.
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

    /// The value of this name; `nil` where it is absent, empty, or there more than once.
    package func text(_ name: String) -> String? {
        var found: String?
        for field in fields where field.name == name && !field.value.isEmpty {
            guard found == nil else { return nil }
            found = field.value
        }
        return found
    }

    /// All values of this name.
    package func all(_ name: String) -> [String] {
        fields.compactMap { $0.name == name && !$0.value.isEmpty ? $0.value : nil }
    }

    /// All fields but these, in their order, as bytes that differ where the fields do.
    func content(without names: Set<String>) -> [UInt8] {
        fields.filter { !names.contains($0.name) }.flatMap { field in
            Array("\(field.name.utf8.count) \(field.value.utf8.count)\n\(field.name)\(field.value)".utf8)
        }
    }
}
