import HoistwayCrypto
package import HoistwayModel

/// Checks that a request comes from the receiver's configured sender.
///
/// Keys are prepared once; a check hashes the body and compares, and parses no JSON. Safe to use from several threads.
package struct Verifier: Sendable {
    package let sender: Sender
    private let method: Method

    private enum Method: Sendable {
        case github([HMACKey])
        case gitea(headers: [GiteaSignatureHeader], Proof.Scheme, [HMACKey])
        case standard(StandardWebhookVerifier)
        /// A fixed header value; the hashes of the valid values.
        case fixed(header: String, Proof.Scheme, hashes: [[UInt8]])
    }

    /// Throws if the check would accept everybody: no secret, an empty one, or an invalid one.
    package init(sender: Sender, authentication: ReceiverAuthentication) throws(AuthenticationError) {
        self.sender = sender
        let secrets = authentication.secrets
        guard !secrets.isEmpty else { throw .noSecret }
        if let position = secrets.firstIndex(where: \.isEmpty) { throw .emptySecret(position: position) }
        method = try Self.method(for: sender, authentication)
    }

    private static func method(
        for sender: Sender,
        _ authentication: ReceiverAuthentication
    ) throws(AuthenticationError) -> Method {
        switch (sender, authentication) {
        case (.github, .hmac(let secrets)), (.ghes, .hmac(let secrets)), (.ghcr, .hmac(let secrets)):
            return .github(try keys(secrets))
        case (.gitea, .hmac(let secrets)):
            return .gitea(headers: Gitea.signatureHeaders, .giteaHMAC, try keys(secrets))
        case (.forgejo, .hmac(let secrets)):
            return .gitea(headers: Forgejo.signatureHeaders, .forgejoHMAC, try keys(secrets))
        case (.gogs, .hmac(let secrets)):
            return .gitea(headers: Gogs.signatureHeaders, .gogsHMAC, try keys(secrets))
        case (.gitlab, .token(let secrets)):
            return .fixed(header: "x-gitlab-token", .gitlabToken, hashes: secrets.map { SHA256.hash($0.reveal()) })
        case (.gitlab, .signingToken(let secrets, let tolerance)):
            return .standard(try StandardWebhookVerifier(tokens: secrets, toleranceSeconds: tolerance))
        case (.harbor, .authorization(let secrets)), (.distribution, .authorization(let secrets)):
            return .fixed(header: "authorization", .authorization, hashes: secrets.map { SHA256.hash($0.reveal()) })
        default:
            throw .wrongScheme(sender: sender.rawValue)
        }
    }

    private static func keys(_ secrets: [Secret]) throws(AuthenticationError) -> [HMACKey] {
        do throws(CryptoError) {
            return try secrets.map { secret throws(CryptoError) in try HMACKey(.sha256, secret: secret.reveal()) }
        } catch {
            throw .crypto(error)
        }
    }

    /// - Parameter body: as received, after transfer decoding only.
    package func verify(headers: [HeaderLine], body: UnsafeRawBufferPointer, now: Timestamp) -> Verdict {
        switch method {
        case .github(let keys):
            switch SignatureText.read(headers.only("x-hub-signature-256"), prefix: "sha256=") {
            case .success(let code): Self.compare(code, keys, over: body, .githubHMAC)
            case .failure(let refusal): .refused(refusal)
            }
        case .gitea(let names, let scheme, let keys):
            verifyGitea(names, scheme, keys, headers, body)
        case .standard(let verifier):
            verifier.verify(headers: headers, body: body, now: now)
        case .fixed(let header, let scheme, let hashes):
            Self.compareFixed(headers.only(header), scheme, hashes)
        }
    }

    package func verify(headers: [HeaderLine], body: [UInt8], now: Timestamp) -> Verdict {
        body.withUnsafeBytes { verify(headers: headers, body: $0, now: now) }
    }

    /// Gitea's family signs the JSON document, even if it is sent in a form.
    private func verifyGitea(
        _ names: [GiteaSignatureHeader],
        _ scheme: Proof.Scheme,
        _ keys: [HMACKey],
        _ headers: [HeaderLine],
        _ body: UnsafeRawBufferPointer
    ) -> Verdict {
        let code: [UInt8]
        switch GiteaSignatureHeader.read(names, in: headers) {
        case .success(let read): code = read
        case .failure(let refusal): return .refused(refusal)
        }
        switch sender.bodyForm(of: body) {
        case .json:
            return Self.compare(code, keys, over: body, scheme)
        case .form:
            // A decoder reports what is wrong; here the form only proves nothing.
            guard let document = try? FormBody.payload(in: body) else { return .refused(.malformed) }
            let verdict = document.withUnsafeBytes { Self.compare(code, keys, over: $0, scheme) }
            guard case .accepted(var proof) = verdict else { return verdict }
            proof.documentSHA256 = SHA256.hash(document)
            return .accepted(proof)
        }
    }

    /// Tries all keys: the time does not show which one is right.
    private static func compare(
        _ presented: [UInt8],
        _ keys: [HMACKey],
        over body: UnsafeRawBufferPointer,
        _ scheme: Proof.Scheme
    ) -> Verdict {
        var matched: Int?
        for (index, key) in keys.enumerated() {
            guard let code = try? key.authenticationCode(for: body) else {  // Any failure refuses the request.
                return .refused(.unavailable)
            }
            if constantTimeEqual(code, presented), matched == nil { matched = index }
        }
        return matched.map { .accepted(Proof(scheme: scheme, secretIndex: $0)) } ?? .refused(.mismatch)
    }

    /// Compares hashes, so that even the length of the right value stays secret.
    private static func compareFixed(_ found: HeaderFinding, _ scheme: Proof.Scheme, _ hashes: [[UInt8]]) -> Verdict {
        switch found {
        case .absent, .one(""): return .refused(.missing)
        case .repeated: return .refused(.duplicateHeader)
        case .one(let value):
            let hash = SHA256.hash(value)
            var matched: Int?
            for (index, right) in hashes.enumerated() where constantTimeEqual(hash, right) && matched == nil {
                matched = index
            }
            return matched.map { .accepted(Proof(scheme: scheme, secretIndex: $0)) } ?? .refused(.mismatch)
        }
    }
}
