/// Bytes that must not be seen: they print as `***`, whatever is asked of them.
///
/// A secret has no `Codable` conformance, so that it cannot reach a database, an answer or a log by way of its owner.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// A secret as a file holds it: one newline at the end belongs to the file, not to the secret.
    package init(fileContents bytes: [UInt8]) {
        var bytes = bytes
        if bytes.last == UInt8(ascii: "\n") {
            bytes.removeLast()
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        }
        self.bytes = bytes
    }

    package var isEmpty: Bool { bytes.isEmpty }

    /// The secret itself.
    ///
    /// The name is what to look for in a review.
    package func reveal() -> [UInt8] { bytes }

    /// The secret as text; bytes that are not UTF-8 are replaced.
    package func revealText() -> String { String(decoding: bytes, as: UTF8.self) }

    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
