/// An image repository's name that is the same however it is written: `host[:port]/path`, no tag, no digest.
package struct ImageKey: Hashable, Sendable, Codable, CustomStringConvertible {
    package let text: String

    /// Takes a key that is normalised already.
    package init(normalised text: String) {
        self.text = text
    }

    package var description: String { text }
}
