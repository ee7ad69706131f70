/// HTML that is written directly into bytes.
///
/// Everything except literal markup goes through ``text(_:)`` or an ``Attribute``, which escape it byte by byte: a
/// combining character after a quote or a `<` hides nothing. Markup as text is ``RawHTML``, which can only be made from
/// literals.
///
/// ```swift
/// html(.li, .class("stage")) { html in
///     html(.a, .href(link), text: stage.name)
/// }
/// ```
package struct HTML: Sendable {
    /// UTF-8.
    package private(set) var bytes: [UInt8]

    /// - Parameter capacity: bytes to reserve.
    package init(capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Text between tags: `& < > " '` become entities, and invisible characters are written as escapes.
    package mutating func text(_ text: String) {
        EscapedText.append(text, showing: true, to: &bytes)
    }

    package mutating func text(_ number: Int) {
        text(String(number))
    }

    package mutating func raw(_ markup: RawHTML) {
        markup.text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Appends other HTML unchanged.
    package mutating func append(_ other: HTML) {
        bytes.append(contentsOf: other.bytes)
    }

    /// An element and its content.
    package mutating func callAsFunction(
        _ tag: Tag,
        _ attributes: Attribute...,
        content: (inout HTML) throws -> Void
    ) rethrows {
        open(tag.rawValue, attributes)
        try content(&self)
        close(tag.rawValue)
    }

    /// An element with text, or without content.
    package mutating func callAsFunction(_ tag: Tag, _ attributes: Attribute..., text: String = "") {
        open(tag.rawValue, attributes)
        self.text(text)
        close(tag.rawValue)
    }

    /// An element without an end tag.
    package mutating func callAsFunction(_ tag: VoidTag, _ attributes: Attribute...) {
        open(tag.rawValue, attributes)
    }

    private mutating func open(_ name: String, _ attributes: [Attribute]) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(contentsOf: name.utf8)
        for attribute in attributes { attribute.append(to: &bytes) }
        bytes.append(UInt8(ascii: ">"))
    }

    private mutating func close(_ name: String) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(UInt8(ascii: "/"))
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: ">"))
    }
}

/// Unchanged markup: a literal in the source code, never any input.
package struct RawHTML: Sendable {
    let text: StaticString

    package init(_ text: StaticString) {
        self.text = text
    }
}
