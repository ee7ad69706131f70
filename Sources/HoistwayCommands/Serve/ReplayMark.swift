import HoistwayCrypto
import HoistwayEvents
import HoistwayModel

/// What marks a delivery as a replay that the secret's owner wants decided again.
///
/// The signature of most senders covers the body alone. With a plain header, anybody who recorded a delivery could
/// pass the check for duplicates. The mark is therefore itself signed, with the receiver's secret, over
/// the moment and the body.
enum ReplayMark {
    static let header = "Hoistway-Replay"
    private static let lowercaseHeader = header.lowercased()
    /// How old or how far ahead a mark may be, in seconds.
    static let tolerance: Int64 = 300

    static func make(body: [UInt8], secret: Secret, now: Timestamp) throws(CryptoError) -> HeaderLine {
        HeaderLine(header, "\(now.seconds).\(Hex.encode(try mac(body: body, secret: secret, seconds: now.seconds)))")
    }

    /// False for what is no mark, or one that is wrong or stale: the delivery is then an ordinary one.
    static func isValid(headers: [HeaderLine], body: [UInt8], secrets: [Secret], now: Timestamp) -> Bool {
        // Nearly no delivery has one: each would pay for a lowered copy of every name.
        let lines = headers.filter { $0.isNamed(lowercaseHeader) }
        guard lines.count == 1, let parts = lines.first?.value.split(separator: "."), parts.count == 2,
            // A range, not a difference: what a header says may be as far off as a number can be.
            let seconds = Int64(parts[0]), (now.seconds - tolerance...now.seconds + tolerance).contains(seconds),
            let given = Hex.decode(String(parts[1]))
        else { return false }
        return secrets.contains { secret in
            // A MAC that cannot be made proves nothing.
            guard !secret.isEmpty, let expected = try? mac(body: body, secret: secret, seconds: seconds) else {
                return false
            }
            return constantTimeEqual(expected, given)
        }
    }

    private static func mac(body: [UInt8], secret: Secret, seconds: Int64) throws(CryptoError) -> [UInt8] {
        let text = "hoistway-replay:\(seconds):\(Hex.encode(SHA256.hash(body)))"
        return try HMAC.sha256(key: secret.reveal(), message: Array(text.utf8))
    }
}
