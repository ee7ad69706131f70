import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayRegistry
import Testing

/// Credentials for exact URLs; everything else has none.
struct TestCredentials: CredentialBook {
    var logins: [String: (username: String, password: String)] = [:]
    var kind = Credential.Kind.image

    func credential(_ kind: Credential.Kind, for url: String, project: String) -> Credential? {
        guard kind == self.kind, project == "demo", let login = logins[url] else { return nil }
        return Credential(
            name: "demo/registry",
            project: project,
            kind: kind,
            login: .password(username: login.username, password: Secret(login.password))
        )
    }
}

enum RegistryFixture {
    static func subscription(_ host: String, _ path: String, platform: String? = nil) -> ImageSubscription {
        ImageSubscription(
            repoURL: "\(host)/\(path)",
            key: ImageKey(normalised: "\(host)/\(path)"),
            platform: platform,
            place: SourcePlace(file: "test.yaml", line: 1)
        )
    }

    /// It closes its connections when it goes.
    static func client(
        _ options: RegistryOptions = RegistryOptions(),
        logins: [String: (username: String, password: String)] = [:]
    ) -> OCIRegistryClient {
        OCIRegistryClient(options: options, credentials: TestCredentials(logins: logins))
    }

    /// Of a small image.
    static let manifest = """
        {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": {"mediaType": \
        "application/vnd.oci.image.config.v1+json", "digest": "sha256:\(String(repeating: "c", count: 64))"}}
        """
    static let digest = "sha256:" + SHA256.hex(manifest)
}

/// Asks for the project `demo`.
extension OCIRegistryClient {
    func digest(of reference: String, in subscription: ImageSubscription) async throws -> String? {
        try await find(reference, in: subscription).digest
    }

    func find(_ reference: String, in subscription: ImageSubscription) async throws -> ImageAnswer {
        try await find(reference, in: subscription, project: "demo")
    }

    func tags(of subscription: ImageSubscription) async throws -> [String] {
        try await tags(of: subscription, project: "demo")
    }

    func createdAt(of reference: String, in subscription: ImageSubscription) async throws -> Timestamp? {
        try await createdAt(of: reference, in: subscription, project: "demo")
    }
}

/// An answer that is refused because it breaks the protocol, or leads where a request must not go.
func expectMalformed(_ failure: RegistryFailure?, sourceLocation: SourceLocation = #_sourceLocation) {
    if case .malformed = failure { return }
    if case .notAllowed = failure { return }
    Issue.record("not refused as malformed: \(String(describing: failure))", sourceLocation: sourceLocation)
}
