import HoistwayModel

/// Where requests about a registry, and its credentials, may be sent besides the registry itself.
///
/// A registry names its token server and redirects requests; whoever controls it, or the network path to it, could name
/// any address. So only these are followed:
/// - token servers: the registry's own host, port and scheme; those that `tokenServers` names; Docker Hub's and GitLab's;
/// - redirects to the same host: the same port, or from 80 to 443;
/// - redirects of a blob: any host over https at port 443, or those of `blobStores`. No credential is sent with them,
///   and the content is checked against its digest.
///
/// A host that is neither the registry's own nor named must have a public address: this is checked when the connection
/// is made, see ``mayHaveAnyAddress(_:)``.
struct RegistryTrust: Sendable, Hashable {
    /// By registry, as in keys: these document their token server, which is another host.
    ///
    /// <https://distribution.github.io/distribution/spec/auth/token/>,
    /// <https://docs.gitlab.com/user/packages/container_registry/>
    private static let knownTokenServers = ["docker.io": "auth.docker.io", "registry.gitlab.com": "gitlab.com"]

    private let tokenServers: Set<String>
    private let blobStores: Set<String>
    private let host: String
    /// Hosts that the configuration names elsewhere.
    private let namedHosts: Set<String>

    init(host: String, options: RegistryOptions) {
        self.host = host
        namedHosts = options.namedHosts
        tokenServers = (options.tokenServers[host] ?? []).union([Self.knownTokenServers[host]].compactMap(\.self))
        blobStores = options.blobStores[host] ?? []
    }

    /// Whether the registry's credential may be sent there in exchange for a token.
    func isTokenServer(_ realm: WebAddress, for registry: WebAddress) -> Bool {
        if realm.hasSameOrigin(as: registry) { return true }
        // A registry over plain http may have a token server over plain http, if the operator has named it.
        guard realm.isSecure || !registry.isSecure else { return false }
        return Self.names(realm, among: tokenServers)
    }

    /// Whether a redirect may be followed; credentials are never sent with it.
    func follows(from address: WebAddress, to next: WebAddress, isBlob: Bool) -> Bool {
        if next.hasSameOrigin(as: address) { return true }
        let isUpgrade = !address.isSecure && next.isSecure && address.effectivePort == 80 && next.effectivePort == 443
        if isUpgrade, next.host == address.host { return true }
        guard isBlob, next.isSecure || !address.isSecure else { return false }
        if Self.names(next, among: blobStores) { return true }
        // A name is checked later, by the address of the connection.
        return next.isSecure && next.effectivePort == 443 && !next.isLocal && PublicAddress.mayBe(next.host)
    }

    /// Whether a connection may go to a loopback, link-local or private address: the registry itself, and what is named.
    func mayHaveAnyAddress(_ address: WebAddress, of registry: WebAddress) -> Bool {
        address.host == registry.host || Self.names(address, among: blobStores.union(tokenServers).union(namedHosts))
    }

    /// The line of the configuration that would allow the address.
    func advice(on address: WebAddress) -> String {
        "if its content lies there, name it: registries: [{host: \(host), blobStores: [\(address.authority)]}]"
    }

    /// Whether `host` or `host:port` is named: without a port it is the scheme's own.
    private static func names(_ address: WebAddress, among named: Set<String>) -> Bool {
        named.contains("\(address.host):\(address.effectivePort)")
            || address.hasUsualPort && named.contains(address.host)
    }
}
