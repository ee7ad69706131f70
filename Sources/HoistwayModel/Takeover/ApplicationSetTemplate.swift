/// The simple substitutions of an ApplicationSet's template: `{{name}}`, or `{{ .name }}` with `goTemplate: true`.
///
/// All other features of Go's templates are refused by name: a wrong guess would promote to the wrong place.
package struct ApplicationSetTemplate: Sendable {
    private let isGo: Bool

    package init(isGo: Bool) {
        self.isGo = isGo
    }

    /// The text with its parameters.
    ///
    /// - Parameters:
    ///   - parameters: by name, with dots between the names of nested ones.
    ///   - place: the place of the text, for refusals.
    package func render(
        _ text: String,
        _ parameters: [String: String],
        place: String
    ) throws(TakeoverRefusal) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                throw TakeoverRefusal(place, "\(ShownText.quoted(text)) has {{ without }}")
            }
            var before = rest[..<open.lowerBound]
            var action = rest[open.upperBound..<close.lowerBound]
            var after = rest[close.upperBound...]
            if isGo {
                if action.hasPrefix("- ") {
                    action = action.dropFirst()
                    while before.last?.isWhitespace ?? false { before.removeLast() }
                }
                if action.hasSuffix(" -") {
                    action = action.dropLast()
                    while after.first?.isWhitespace ?? false { after.removeFirst() }
                }
            }
            result += before
            result += try value(of: String(action).trimmed(), parameters, place: place)
            rest = after
        }
        return result + rest
    }

    private func value(
        of action: String,
        _ parameters: [String: String],
        place: String
    ) throws(TakeoverRefusal) -> String {
        guard let name = name(in: action) else {
            throw TakeoverRefusal(
                place,
                "{{ \(ShownText.bare(action)) }} is more than a parameter's name, and is not evaluated",
                hint: isGo
                    ? "write out the Applications, or use plain {{ .name }} substitutions"
                    : "functions and conditions need `goTemplate: true`, and are not evaluated here either"
            )
        }
        guard let value = parameters[name] else {
            let known = parameters.keys.sorted()
            throw TakeoverRefusal(
                place,
                "the generator gives no parameter \(ShownText.bare(name))",
                hint: known.isEmpty ? nil : "it gives \(Listing.text(known, limit: 12))"
            )
        }
        return value
    }

    /// `nil` where it is not a simple parameter.
    private func name(in action: String) -> String? {
        guard isGo else {
            let isName = action.utf8.allSatisfy { byte in Self.isWord(byte) || "-./[]".utf8.contains(byte) }
            return isName && !action.isEmpty ? action : nil
        }
        guard action.first == "." else { return nil }
        let parts = action.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ part in !part.isEmpty && part.utf8.allSatisfy(Self.isWord) }) else { return nil }
        return parts.joined(separator: ".")
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
