/// The result of a receiver's check of a request.
package enum Verdict: Sendable, Equatable {
    case accepted(Proof)
    case refused(Refusal)
}

/// How a request was authenticated.
package struct Proof: Sendable, Equatable, CustomStringConvertible {
    package enum Scheme: String, Sendable {
        case githubHMAC = "github-hmac-sha256"
        case giteaHMAC = "gitea-hmac-sha256"
        case forgejoHMAC = "forgejo-hmac-sha256"
        case gogsHMAC = "gogs-hmac-sha256"
        case gitlabToken = "gitlab-token"
        case gitlabSigned = "gitlab-signed"
        case authorization = "authorization"
    }

    package var scheme: Scheme
    /// Which of the receiver's secrets matched, from 0.
    package var secretIndex: Int
    /// The SHA-256 of the signed bytes, if these are not the received body: a recorded signature is valid in any
    /// wrapping.
    package var documentSHA256: [UInt8]?

    package init(scheme: Scheme, secretIndex: Int, documentSHA256: [UInt8]? = nil) {
        self.scheme = scheme
        self.secretIndex = secretIndex
        self.documentSHA256 = documentSHA256
    }

    /// Whether the body is proven, and not only the sender.
    package var isEvidence: Bool {
        switch scheme {
        case .githubHMAC, .giteaHMAC, .forgejoHMAC, .gogsHMAC, .gitlabSigned: true
        case .gitlabToken, .authorization: false
        }
    }

    /// Whether the signature covers the sender's delivery id too.
    package var isDeliveryIDProven: Bool { scheme == .gitlabSigned }

    /// For the inbox: `github-hmac-sha256#0`.
    package var description: String { "\(scheme.rawValue)#\(secretIndex)" }
}

/// Why a request was refused: only for the log, never in the answer to the sender.
package enum Refusal: String, Sendable, Equatable, CaseIterable {
    case missing
    case malformed
    case mismatch
    case stale
    case duplicateHeader
    /// OpenSSL could not compute the code.
    case unavailable
}
