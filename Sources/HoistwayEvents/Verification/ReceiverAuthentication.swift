package import HoistwayCrypto
import HoistwayModel

/// How a receiver's requests are authenticated.
///
/// Several secrets are valid at the same time, so that they can be rotated.
package enum ReceiverAuthentication: Sendable, Equatable {
    /// GitHub, Gitea, Forgejo, Gogs: the shared secrets. The sender determines what is signed, and in which header.
    case hmac([Secret])
    /// GitLab's plain `X-Gitlab-Token`.
    case token([Secret])
    /// GitLab's signing tokens, `whsec_…`; the timestamp may differ by `toleranceSeconds` in both directions.
    case signingToken([Secret], toleranceSeconds: Int64)
    /// Harbor, Distribution: the whole value of `Authorization`.
    case authorization([Secret])

    /// The tolerance of the Standard Webhooks libraries.
    package static let defaultToleranceSeconds: Int64 = 300

    package var secrets: [Secret] {
        switch self {
        case .hmac(let secrets), .token(let secrets), .authorization(let secrets): secrets
        case .signingToken(let secrets, _): secrets
        }
    }
}

/// Why a receiver cannot authenticate anything, and so must not start.
package enum AuthenticationError: Diagnosable, Equatable {
    case noSecret
    case emptySecret(position: Int)
    case wrongScheme(sender: String)
    case notASigningToken(position: Int)
    case crypto(CryptoError)

    package var message: String {
        switch self {
        case .noSecret: "the receiver has no secret"
        case .emptySecret(let position): "secret \(position + 1) of the receiver is empty"
        case .wrongScheme(let sender): "\(sender) does not prove itself in this way"
        case .notASigningToken(let position): "signing token \(position + 1) of the receiver has not GitLab's form"
        case .crypto(let error): error.message
        }
    }

    package var hint: String? {
        switch self {
        case .noSecret, .emptySecret: "anybody could send to it; set a secret here and at the sender"
        case .wrongScheme: "git hosts sign with a secret, GitLab sends a token, registries a fixed Authorization header"
        case .notASigningToken: "it is whsec_ and then 32 bytes in base64, shown once when the webhook is made"
        case .crypto: nil
        }
    }
}
