/// An attribute of an element: its name is a literal, its value may come from anywhere.
///
/// There are no attributes for scripts (`onclick`) and no `style`; attributes with addresses take a ``Link``.
package struct Attribute: Sendable {
    private enum Value: Sendable {
        /// It is not written.
        case absent
        /// Only its name is written.
        case on
        /// For programs: written unchanged.
        case exact(String)
        /// For people: invisible characters are written as escapes.
        case shown(String)
    }

    private let prefix: StaticString
    private let name: StaticString
    private let value: Value

    private init(_ name: StaticString, _ value: Value, prefix: StaticString = "") {
        self.prefix = prefix
        self.name = name
        self.value = value
    }

    func append(to bytes: inout [UInt8]) {
        if case .absent = value { return }
        bytes.append(UInt8(ascii: " "))
        prefix.withUTF8Buffer { bytes.append(contentsOf: $0) }
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        switch value {
        case .absent, .on: return
        case .exact(let text): Self.append(text, showing: false, to: &bytes)
        case .shown(let text): Self.append(text, showing: true, to: &bytes)
        }
    }

    private static func append(_ text: String, showing: Bool, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "="))
        bytes.append(UInt8(ascii: "\""))
        EscapedText.append(text, showing: showing, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }
}

extension Attribute {
    /// Instead of an attribute that is not needed.
    package static let absent = Attribute("", .absent)

    /// The attribute, if the condition is true.
    package static func when(_ condition: Bool, _ attribute: Attribute) -> Attribute {
        condition ? attribute : absent
    }

    package static func `class`(_ names: String) -> Attribute { Attribute("class", .exact(names)) }
    package static func id(_ text: String) -> Attribute { Attribute("id", .exact(text)) }
    package static func lang(_ text: String) -> Attribute { Attribute("lang", .exact(text)) }
    package static func title(_ text: String) -> Attribute { Attribute("title", .shown(text)) }
    package static func role(_ text: StaticString) -> Attribute { Attribute("role", .exact("\(text)")) }
    package static func tabindex(_ number: Int) -> Attribute { Attribute("tabindex", .exact(String(number))) }
    package static let hidden = Attribute("hidden", .on)
    package static let open = Attribute("open", .on)

    /// `data-NAME`: for the script.
    package static func data(_ name: StaticString, _ text: String) -> Attribute {
        Attribute(name, .exact(text), prefix: "data-")
    }

    package static func data(_ name: StaticString) -> Attribute { Attribute(name, .on, prefix: "data-") }

    /// `aria-NAME`: for people who use a screen reader.
    package static func aria(_ name: StaticString, _ text: String) -> Attribute {
        Attribute(name, .shown(text), prefix: "aria-")
    }

    // Links.
    package static func href(_ link: Link) -> Attribute { Attribute("href", .exact(link.text)) }
    package static func src(_ link: Link) -> Attribute { Attribute("src", .exact(link.text)) }
    package static func rel(_ text: StaticString) -> Attribute { Attribute("rel", .exact("\(text)")) }
    package static func datetime(_ text: String) -> Attribute { Attribute("datetime", .exact(text)) }

    // Forms.
    package static func action(_ link: Link) -> Attribute { Attribute("action", .exact(link.text)) }
    package static func formaction(_ link: Link) -> Attribute { Attribute("formaction", .exact(link.text)) }
    package static func method(_ text: StaticString) -> Attribute { Attribute("method", .exact("\(text)")) }
    package static func type(_ text: StaticString) -> Attribute { Attribute("type", .exact("\(text)")) }
    package static func name(_ text: StaticString) -> Attribute { Attribute("name", .exact("\(text)")) }
    package static func value(_ text: String) -> Attribute { Attribute("value", .exact(text)) }
    package static func placeholder(_ text: String) -> Attribute { Attribute("placeholder", .shown(text)) }
    package static func autocomplete(_ text: StaticString) -> Attribute { Attribute("autocomplete", .exact("\(text)")) }
    package static func `for`(_ id: String) -> Attribute { Attribute("for", .exact(id)) }
    package static func form(_ id: String) -> Attribute { Attribute("form", .exact(id)) }
    package static func list(_ id: String) -> Attribute { Attribute("list", .exact(id)) }
    package static func maxlength(_ number: Int) -> Attribute { Attribute("maxlength", .exact(String(number))) }
    package static func rows(_ number: Int) -> Attribute { Attribute("rows", .exact(String(number))) }
    package static let required = Attribute("required", .on)
    package static let disabled = Attribute("disabled", .on)
    package static let checked = Attribute("checked", .on)
    package static let selected = Attribute("selected", .on)
    package static let autofocus = Attribute("autofocus", .on)

    // Tables.
    package static func scope(_ text: StaticString) -> Attribute { Attribute("scope", .exact("\(text)")) }
    package static func colspan(_ number: Int) -> Attribute { Attribute("colspan", .exact(String(number))) }

    // Documents.
    package static func content(_ text: String) -> Attribute { Attribute("content", .exact(text)) }
    package static func charset(_ text: StaticString) -> Attribute { Attribute("charset", .exact("\(text)")) }
    package static let `defer` = Attribute("defer", .on)

    // SVG: positions are attributes, since the content policy of pages forbids `style`.
    package static func viewBox(_ text: String) -> Attribute { Attribute("viewBox", .exact(text)) }
    package static func d(_ text: String) -> Attribute { Attribute("d", .exact(text)) }
    package static func points(_ text: String) -> Attribute { Attribute("points", .exact(text)) }
    package static func transform(_ text: String) -> Attribute { Attribute("transform", .exact(text)) }
    /// `x`, `y`, `width`, `r`, `stroke-width` and similar ones.
    package static func number(_ name: StaticString, _ number: Double) -> Attribute {
        let rounded = (number * 100).rounded() / 100
        return Attribute(name, .exact(rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)))
    }
    /// `fill`, `text-anchor`, `marker-end` and similar ones, with a literal value.
    package static func drawing(_ name: StaticString, _ value: StaticString) -> Attribute {
        Attribute(name, .exact("\(value)"))
    }
    /// A colour as `#rrggbb`; no attribute for any other text.
    package static func fill(_ color: String) -> Attribute {
        let isColor =
            color.utf8.count == 7 && color.utf8.first == UInt8(ascii: "#")
            && color.utf8.dropFirst().allSatisfy { Unicode.Scalar($0).properties.isASCIIHexDigit }
        return isColor ? Attribute("fill", .exact(color)) : absent
    }
}
