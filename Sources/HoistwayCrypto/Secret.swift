/// Bytes that must not be shown: every way to print them gives `***`.
///
/// A secret has no `Codable` conformance, so that it cannot get into a database, an answer or a log through its owner.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// A secret from a file: one newline at the end belongs to the file, not to the secret.
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
    /// Search for this name in a review.
    package func reveal() -> [UInt8] { bytes }

    /// The secret as text; bytes that are not UTF-8 are replaced.
    package func revealText() -> String { String(decoding: bytes, as: UTF8.self) }

    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
