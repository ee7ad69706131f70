/// A Git repository's name that is the same however its URL is written: `host[:port]/path`.
package struct RepositoryKey: Hashable, Sendable, Codable, CustomStringConvertible {
    package let text: String

    /// Takes a key that is normalised already.
    package init(normalised text: String) {
        self.text = text
    }

    package var description: String { text }
}
