import HoistwayModel
import HoistwayPorts

/// One image repository at the registry that the subscription names: all that a request needs to know.
struct RegistryRepository: Sendable, Hashable {
    /// As in keys, for people and for looking things up: `docker.io`, `localhost:5000`.
    let host: String
    /// `library/nginx`.
    let path: String
    /// As the subscription writes it: credentials are matched with that.
    let repoURL: String
    let project: String
    let skipsVerification: Bool
    let trust: RegistryTrust
    private let root: WebAddress

    init(
        _ subscription: ImageSubscription,
        project: String,
        options: RegistryOptions
    ) throws(RegistryFailure) {
        let key = subscription.key
        guard let parts = WebAddress.parts(of: key.host), !key.path.isEmpty else {
            throw .malformed(host: key.host, detail: "\(key.text) names no repository of a registry")
        }
        host = key.host
        path = key.path
        repoURL = subscription.repoURL
        self.project = project
        skipsVerification = subscription.insecureSkipTLSVerify
        trust = RegistryTrust(host: key.host, options: options)
        let isPlain = WebAddress.isLoopback(parts.host) || options.insecureHosts.contains(key.host)
        root = WebAddress(
            isSecure: !isPlain || options.certificateFiles[key.host] != nil,
            // Docker Hub's API lives elsewhere than its name says.
            host: key.host == "docker.io" ? "registry-1.docker.io" : parts.host,
            port: parts.port,
            target: "/v2/\(key.path)/"
        )
    }

    func address(_ rest: String) -> WebAddress {
        WebAddress(isSecure: root.isSecure, host: root.host, port: root.port, target: root.target + rest)
    }

    /// Whether an address is one of the registry itself.
    func isServed(by address: WebAddress) -> Bool { address.hasSameOrigin(as: root) }

    /// The only thing that is ever asked for.
    var scope: String { "repository:\(path):pull" }
}
