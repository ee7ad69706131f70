/// HTML that is being written, straight into bytes.
///
/// Everything that is not markup of ours goes through ``text(_:)`` or an ``Attribute``, which escape it byte by byte:
/// a combining character after a quote or a `<` hides nothing. Markup that is written as text is ``RawHTML``, which can
/// be made of literals only.
///
/// ```swift
/// html(.li, .class("stage")) { html in
///     html(.a, .href(link), text: stage.name)
/// }
/// ```
package struct HTML: Sendable {
    /// UTF-8.
    package private(set) var bytes: [UInt8]

    /// - Parameter capacity: bytes to make room for at once.
    package init(capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Text between tags: `& < > " '` become entities, and characters that cannot be seen are written out.
    package mutating func text(_ text: String) {
        EscapedText.append(text, showing: true, to: &bytes)
    }

    package mutating func text(_ number: Int) {
        text(String(number))
    }

    package mutating func raw(_ markup: RawHTML) {
        markup.text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Appends what was written apart, as it is.
    package mutating func append(_ other: HTML) {
        bytes.append(contentsOf: other.bytes)
    }

    /// An element and what stands in it.
    package mutating func callAsFunction(
        _ tag: Tag,
        _ attributes: Attribute...,
        content: (inout HTML) throws -> Void
    ) rethrows {
        open(tag.rawValue, attributes)
        try content(&self)
        close(tag.rawValue)
    }

    /// An element that holds text, or nothing.
    package mutating func callAsFunction(_ tag: Tag, _ attributes: Attribute..., text: String = "") {
        open(tag.rawValue, attributes)
        self.text(text)
        close(tag.rawValue)
    }

    /// An element that has no end.
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

/// Markup as it stands: a literal in our sources, never anything that was read.
package struct RawHTML: Sendable {
    let text: StaticString

    package init(_ text: StaticString) {
        self.text = text
    }
}
