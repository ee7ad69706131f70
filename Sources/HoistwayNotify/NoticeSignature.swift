import HoistwayCrypto
import HoistwayModel

/// Signs as in Standard Webhooks, for which libraries exist in many languages: <https://www.standardwebhooks.com>.
///
/// `webhook-signature: v1,BASE64` is an HMAC-SHA256 over `ID.SECONDS.BODY`, with the id and the time of the other two
/// headers. So neither can be changed, and the time shows an old message.
enum NoticeSignature {
    static func headers(
        id: String,
        body: [UInt8],
        secret: Secret,
        at moment: Timestamp
    ) throws -> [(String, String)] {
        let text = Array("\(id).\(moment.seconds).".utf8) + body
        let code = try HMAC.sha256(key: try key(of: secret), message: text)
        return [
            ("webhook-id", id), ("webhook-timestamp", String(moment.seconds)),
            ("webhook-signature", "v1,\(Base64.encode(code, .standard))"),
        ]
    }

    /// `whsec_` and base64 is the usual form of such secrets; any other text is the key itself.
    private static func key(of secret: Secret) throws -> [UInt8] {
        let bytes = secret.reveal()
        let mark = Array("whsec_".utf8)
        guard bytes.starts(with: mark) else { return bytes }
        guard let key = Base64.decode(Array(bytes.dropFirst(mark.count))) else { throw SignatureFailure.notBase64 }
        return key
    }
}

/// Why a secret cannot be used to sign; settings refuse such a secret first.
enum SignatureFailure: Error {
    case notBase64
}
