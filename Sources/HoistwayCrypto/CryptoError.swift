import COpenSSL
import HoistwayModel

/// A failure of OpenSSL, or a problem with a key.
package enum CryptoError: Diagnosable, Equatable {
    /// OpenSSL refused; `details` are the reasons in its error queue, oldest first.
    case failed(operation: String, details: [String])
    case notAPrivateKey(details: [String])
    case notAnRSAKey

    package var message: String {
        switch self {
        case .failed(let operation, let details):
            details.isEmpty
                ? "OpenSSL could not \(operation)"
                : "OpenSSL could not \(operation): \(details.joined(separator: "; "))"
        case .notAPrivateKey(let details):
            details.isEmpty
                ? "the private key is not in PEM form"
                : "the private key could not be read: \(details.joined(separator: "; "))"
        case .notAnRSAKey:
            "the private key is not an RSA key"
        }
    }

    package var hint: String? {
        switch self {
        case .failed: nil
        case .notAPrivateKey: "give the PEM file as it was downloaded, or that file in base64; without a passphrase"
        case .notAnRSAKey: "RS256 needs an RSA key"
        }
    }
}

extension CryptoError {
    /// Takes all errors that OpenSSL queued on this thread, so that they are not attributed to a later failure.
    static func drained(_ operation: String) -> CryptoError {
        .failed(operation: operation, details: drainOpenSSLErrors())
    }
}

/// Empties this thread's error queue: one text an entry, oldest first.
///
/// The texts name functions and reasons of OpenSSL, never data.
func drainOpenSSLErrors() -> [String] {
    var details: [String] = []
    while true {
        let code = ERR_get_error()
        if code == 0 { return details }
        details.append(text(ofOpenSSLError: code))
    }
}

/// OpenSSL's text for the reason, without its numbers and the names of its functions.
private func text(ofOpenSSLError code: UInt) -> String {
    guard let reason = ERR_reason_error_string(code) else { return "error number \(code)" }
    return String(cString: reason)
}
