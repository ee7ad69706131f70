/// What is kept of an API token: its SHA-256.
///
/// Tokens are random, so that a slow hash would protect nothing more.
package struct TokenHash: Hashable, Sendable {
    /// Sixty-four lower-case digits.
    package let hex: String

    package init(of token: String) {
        hex = SHA256.hex(token)
    }

    /// Takes what ``hex`` gave earlier; `nil` for anything else.
    package init?(hex: String) {
        guard let bytes = Hex.decode(hex), bytes.count == HashAlgorithm.sha256.byteCount else { return nil }
        self.hex = Hex.encode(bytes)
    }

    /// Whether this is the hash of `token`, in constant time.
    package func matches(_ token: String) -> Bool {
        constantTimeEqual(Array(hex.utf8), Array(TokenHash(of: token).hex.utf8))
    }
}
