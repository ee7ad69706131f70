package import HoistwayCrypto

/// A code in each form, bound to the cookie, so that only Hoistway's own pages can send it.
///
/// It is computed and not stored. The cookie's value cannot be computed from it.
package enum FormToken {
    package static let field = "csrf"

    /// - Parameter secret: the value of the session's cookie, or of the sign-in cookie before signing in.
    package static func of(_ secret: String) throws(CryptoError) -> String {
        Base64.encode(try HMAC.sha256(key: Array(secret.utf8), message: Array("hoistway form".utf8)), .url)
    }

    package static func matches(_ text: String?, secret: String) -> Bool {
        // If there is no secret or the code cannot be computed, nothing matches.
        guard let expected = try? of(secret) else { return false }
        return equal(text, expected)
    }

    /// In constant time, so that the time does not show how much of it is right.
    static func equal(_ text: String?, _ expected: String) -> Bool {
        guard let text else { return false }
        return constantTimeEqual(Array(expected.utf8), Array(text.utf8))
    }
}
