import HoistwayCrypto
import HoistwayModel
import HoistwayPorts

/// One repository at the registry of a subscription: all data for a request.
struct RegistryRepository: Sendable, Hashable {
    /// As in keys, for people and for look-ups: `docker.io`, `localhost:5000`.
    let host: String
    /// `library/nginx`.
    let path: String
    /// In the subscription's form: credentials are matched with it.
    let repoURL: String
    /// The kind of its credentials.
    let kind: Credential.Kind
    let project: String
    let skipsVerification: Bool
    let trust: RegistryTrust
    /// The scopes of a token: reading, unless more is needed.
    private(set) var scopes: [String]
    let root: WebAddress

    init(
        _ subscription: ImageSubscription,
        project: String,
        options: RegistryOptions
    ) throws(RegistryFailure) {
        try self.init(
            subscription.key,
            repoURL: subscription.repoURL,
            kind: .image,
            project: project,
            skipsVerification: subscription.insecureSkipTLSVerify,
            options: options
        )
    }

    init(
        _ key: ImageKey,
        repoURL: String,
        kind: Credential.Kind,
        project: String,
        skipsVerification: Bool,
        options: RegistryOptions
    ) throws(RegistryFailure) {
        guard let parts = WebAddress.parts(of: key.host), !key.path.isEmpty else {
            throw .malformed(host: key.host, detail: "\(key.text) names no repository of a registry")
        }
        host = key.host
        path = key.path
        scopes = ["repository:\(key.path):pull"]
        self.repoURL = repoURL
        self.kind = kind
        self.project = project
        self.skipsVerification = skipsVerification
        trust = RegistryTrust(host: key.host, options: options)
        let isPlain = WebAddress.isLoopback(parts.host) || options.insecureHosts.contains(key.host)
        root = WebAddress(
            isSecure: !isPlain || options.certificateFiles[key.host] != nil,
            // Docker Hub's API has another host than its name.
            host: key.host == "docker.io" ? "registry-1.docker.io" : parts.host,
            port: parts.port,
            target: "/v2/\(key.path)/"
        )
    }

    /// A repository of charts with an `index.yaml`.
    ///
    /// - Parameters:
    ///   - repoURL: as written, `https://…` or `http://…`.
    init(
        index repoURL: String,
        project: String,
        skipsVerification: Bool,
        options: RegistryOptions
    ) throws(RegistryFailure) {
        guard let address = WebAddress(repoURL) else {
            throw .malformed(
                host: URLText.host(of: repoURL) ?? "",
                detail: "its URL is not an http or https URL with a host, and without a user and a password"
            )
        }
        host = address.authority
        var folder = String(address.target.prefix { $0 != "?" })
        while folder.hasSuffix("/") { folder.removeLast() }
        let path = String(folder.drop { $0 == "/" })
        self.path = path
        scopes = ["repository:\(path):pull"]
        self.repoURL = repoURL
        kind = .helm
        self.project = project
        self.skipsVerification = skipsVerification
        trust = RegistryTrust(host: address.authority, options: options)
        root = WebAddress(
            isSecure: address.isSecure,
            host: address.host,
            port: address.port,
            target: "\(folder)/" + (address.query.map { "?\($0)" } ?? "")
        )
    }

    /// `index.yaml`; the part after `?` in the repository's URL stays at the end, as in Helm.
    var index: WebAddress {
        let query = root.query.map { "?\($0)" } ?? ""
        return WebAddress(
            isSecure: root.isSecure,
            host: root.host,
            port: root.port,
            target: "\(root.target.prefix { $0 != "?" })index.yaml\(query)"
        )
    }

    /// The address of a reference in the index; `nil` where it is not http or https.
    func resolving(_ reference: String) -> WebAddress? { root.resolving(reference) }

    func address(_ rest: String) -> WebAddress {
        WebAddress(isSecure: root.isSecure, host: root.host, port: root.port, target: root.target + rest)
    }

    /// Whether a connection may go to a loopback, link-local or private address.
    func mayHaveAnyAddress(_ address: WebAddress) -> Bool { trust.mayHaveAnyAddress(address, of: root) }

    /// Whether an address is one of the registry itself.
    func isServed(by address: WebAddress) -> Bool { address.hasSameOrigin(as: root) }

    /// The same repository with write access.
    ///
    /// - Parameter source: a repository of the same registry to mount blobs from; `nil`: there is none.
    func writable(from source: RegistryRepository?) -> RegistryRepository {
        var copy = self
        copy.scopes = ["repository:\(path):pull,push"]
        if let source, source.path != path { copy.scopes.append("repository:\(source.path):pull") }
        return copy
    }
}
