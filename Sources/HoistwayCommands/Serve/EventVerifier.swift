import HoistwayEvents
import HoistwayModel
import HoistwayReceiver
import HoistwaySettings

/// Puts the senders' verification into the receiver's route.
struct EventVerifier: RequestVerifier {
    private let verifier: Verifier
    private let authentication: ReceiverAuthentication
    private let trustsContent: Bool

    init(_ settings: HoistwaySettings.ReceiverSettings) throws(AuthenticationError) {
        authentication = settings.authentication
        verifier = try Verifier(sender: settings.sender, authentication: authentication)
        trustsContent = settings.trust == .evidence
    }

    func verify(headers: [HeaderLine], body: [UInt8], now: Timestamp) -> RequestVerdict {
        switch verifier.verify(headers: headers, body: body, now: now) {
        case .accepted(let proof):
            .accepted(
                AcceptedRequest(
                    verdict: proof.description,
                    isEvidence: proof.isEvidence || trustsContent,
                    isSenderIDProven: proof.isDeliveryIDProven,
                    isReplay: ReplayMark.isValid(
                        headers: headers,
                        body: body,
                        secrets: authentication.secrets,
                        now: now
                    ),
                    documentSHA256: proof.documentSHA256
                )
            )
        case .refused(let refusal):
            .refused(scheme: verifier.sender.rawValue, reason: refusal.rawValue)
        }
    }
}

extension HoistwaySettings.ReceiverSettings {
    /// What its secrets are good for, by sender.
    var authentication: ReceiverAuthentication {
        switch sender {
        case .github, .ghes, .ghcr, .gitea, .forgejo, .gogs: .hmac(secrets)
        case .gitlab:
            gitLabScheme == .token
                ? .token(secrets) : .signingToken(secrets, toleranceSeconds: Int64(toleranceSeconds))
        case .harbor, .distribution: .authorization(secrets)
        }
    }

    func route() throws(AuthenticationError) -> ReceiverRoute {
        ReceiverRoute(
            name: name,
            path: path,
            verifier: try EventVerifier(self),
            contentTypes: sender.contentTypes,
            maxBodyBytes: maxBodyBytes,
            idHeaders: sender.traits.deliveryIDHeaders,
            maxPerSecond: maxPerSecond
        )
    }
}

extension Sender {
    var contentTypes: ReceiverRoute.ContentTypes {
        traits.extraMediaTypes.contains("application/x-www-form-urlencoded") ? [.json, .form] : .json
    }
}
