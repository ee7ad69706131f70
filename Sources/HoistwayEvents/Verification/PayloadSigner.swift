package import HoistwayCrypto
package import HoistwayModel

/// Signs a body as its sender would: for `hoistway replay`, the quickstart and benchmarks.
package struct PayloadSigner: Sendable {
    private let sender: Sender
    private let authentication: ReceiverAuthentication

    package init(sender: Sender, authentication: ReceiverAuthentication) throws(AuthenticationError) {
        // Everything that the receiver refuses at its start is refused here too.
        _ = try Verifier(sender: sender, authentication: authentication)
        self.sender = sender
        self.authentication = authentication
    }

    /// The headers that prove the body, made with the first secret.
    ///
    /// `deliveryID` and `now` only matter if the signature covers them (GitLab's signing tokens).
    package func headers(
        body: [UInt8],
        deliveryID: String,
        now: Timestamp
    ) throws(CryptoError) -> [HeaderLine] {
        guard let secret = authentication.secrets.first else { return [] }
        switch authentication {
        case .hmac:
            return try signatures(of: body, secret)
        case .token:
            return [HeaderLine("X-Gitlab-Token", secret.revealText())]
        case .authorization:
            return [HeaderLine("Authorization", secret.revealText())]
        case .signingToken:
            let stamp = String(now.seconds)
            let signed = StandardWebhookVerifier.prefix(id: deliveryID, timestamp: stamp) + body
            let code = try HMAC.sha256(key: StandardWebhookVerifier.key(of: secret) ?? [], message: signed)
            return [
                HeaderLine("webhook-id", deliveryID),
                HeaderLine("webhook-timestamp", stamp),
                HeaderLine("webhook-signature", "v1,\(Base64.encode(code))"),
            ]
        }
    }

    private func signatures(of body: [UInt8], _ secret: Secret) throws(CryptoError) -> [HeaderLine] {
        let names: [GiteaSignatureHeader]
        switch sender {
        case .gitea: names = Gitea.signatureHeaders
        case .forgejo: names = Forgejo.signatureHeaders
        case .gogs: names = Gogs.signatureHeaders
        default: names = [GiteaSignatureHeader(name: "x-hub-signature-256", prefix: "sha256=")]
        }
        let signsDocument = names[0].prefix.isEmpty
        let document = signsDocument ? body.withUnsafeBytes { try? FormBody.payload(in: $0) } ?? body : body
        let code = Hex.encode(try HMAC.sha256(key: secret.reveal(), message: document))
        return names.map { HeaderLine($0.name, $0.prefix + code) }
    }
}
