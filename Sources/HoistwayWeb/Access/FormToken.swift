package import HoistwayCrypto

/// What each form holds, so that only our own pages can send it: a code that is bound to the cookie.
///
/// It is computed and not stored. Who knows the code cannot find the cookie's value from it.
package enum FormToken {
    package static let field = "csrf"

    /// - Parameter secret: the value of the session's cookie, or before signing in of the sign-in cookie.
    package static func of(_ secret: String) throws(CryptoError) -> String {
        Base64.encode(try HMAC.sha256(key: Array(secret.utf8), message: Array("hoistway form".utf8)), .url)
    }

    package static func matches(_ text: String?, secret: String) -> Bool {
        // An unset or failing source of codes matches nothing.
        guard let expected = try? of(secret) else { return false }
        return equal(text, expected)
    }

    /// In a time that does not tell how much of it is right.
    static func equal(_ text: String?, _ expected: String) -> Bool {
        guard let text else { return false }
        return constantTimeEqual(Array(expected.utf8), Array(text.utf8))
    }
}
