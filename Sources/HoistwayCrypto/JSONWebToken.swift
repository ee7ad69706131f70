/// The signed token with which a GitHub App authenticates.
package enum JSONWebToken {
    /// Claims `iat`, `exp` (seconds since 1970) and `iss`, signed with RS256.
    ///
    /// GitHub refuses more than ten minutes of life and an `iat` in its future:
    /// <https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app>.
    package static func make(
        issuer: String,
        issuedAt: Int64,
        expiresAt: Int64,
        privateKey: Secret
    ) throws(CryptoError) -> Secret {
        let header = #"{"alg":"RS256","typ":"JWT"}"#
        let claims = #"{"iat":\#(issuedAt),"exp":\#(expiresAt),"iss":\#(quoted(issuer))}"#
        let signed = "\(base64(header)).\(base64(claims))"
        let signature = try RS256.sign(pem: privateKey, message: Array(signed.utf8))
        return Secret("\(signed).\(Base64.encode(signature, .url))")
    }

    private static func base64(_ text: String) -> String {
        Base64.encode(Array(text.utf8), .url)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 0x20: result += "\\u00\(Hex.encode([UInt8(scalar.value)]))"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
