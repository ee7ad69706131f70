/// The hosts that the step `http` may reach, and those that may get secrets: `http` of our own file.
package struct HTTPPolicy: Sendable, Equatable {
    /// `nil`: every host, as long as its address is public.
    package var hosts: [HostRule]?
    /// Hosts whose address need not be public; requests to them are allowed even if `hosts` does not contain them.
    package var privateHosts: [HostRule]
    /// By the Secret's name in `secret()` or `sharedSecret()`: the hosts to which its values may be sent.
    package var secrets: [String: [HostRule]]
    /// Whether a request is sent again if it is not known whether it was sent.
    package var isRepeated: Bool

    package init(
        hosts: [HostRule]? = nil,
        privateHosts: [HostRule] = [],
        secrets: [String: [HostRule]] = [:],
        isRepeated: Bool = true
    ) {
        self.hosts = hosts
        self.privateHosts = privateHosts
        self.secrets = secrets
        self.isRepeated = isRepeated
    }

    /// Why a policy refuses a request.
    package enum Refusal: Diagnosable, Equatable {
        case host(String)
        case address(host: String, NetworkAddress.Reach)
        case secret(String, host: String)

        package var message: String {
            switch self {
            case .host(let host): "requests to \(ShownText.quoted(host)) are not allowed: http.hosts does not name it"
            case .address(let host, let reach):
                "requests to \(ShownText.quoted(host)) are not allowed: it has a \(reach.rawValue) address"
            case .secret(let name, let host):
                "\(name) may not go to \(ShownText.quoted(host)): http.secrets does not name that host for it"
            }
        }

        /// An item of a YAML list: an IPv6 address is in brackets, which need quotes.
        private static func written(_ host: String) -> String { host.hasPrefix("[") ? "\"\(host)\"" : host }

        package var hint: String? {
            switch self {
            case .host(let host):
                "write `http: {hosts: [\(Self.written(host))]}` in the configuration, at the top or below the project"
            case .address(let host, _):
                "if that is meant, write `http: {privateHosts: [\(Self.written(host))]}` in the configuration, at the top or below the "
                    + "project"
            case .secret(let name, let host):
                "if that is meant, write `http: {secrets: {\(HTTPPolicy.secretName(name)): [\(Self.written(host))]}}` in the "
                    + "configuration, at the top or below the project"
            }
        }
    }

    /// Whether a request with values of these secrets may be sent to a host at all.
    ///
    /// - Parameter used: in the form of expressions: `secret('NAME')`, `sharedSecret('NAME')`.
    package func refusal(host: String, port: Int, secrets used: Set<String>) -> Refusal? {
        if let hosts, !(hosts + privateHosts).contains(where: { $0.matches(host: host, port: port) }) {
            return .host(host)
        }
        let withheld = used.sorted().first { name in
            let rules = secrets[Self.secretName(name)] ?? []
            return !rules.contains { $0.matches(host: host, port: port) }
        }
        return withheld.map { .secret($0, host: host) }
    }

    /// Whether a request may be sent to the present address of the host's name.
    package func refusal(host: String, port: Int, address: NetworkAddress) -> Refusal? {
        let reach = address.reach
        guard reach != .isPublic, !privateHosts.contains(where: { $0.matches(host: host, port: port) }) else {
            return nil
        }
        return .address(host: host, reach)
    }

    /// The name in `secret('NAME')`.
    package static func secretName(_ mark: String) -> String {
        guard let start = mark.firstIndex(of: "'"), let end = mark.lastIndex(of: "'"), start < end else { return mark }
        return String(mark[mark.index(after: start)..<end])
    }
}

extension HTTPPolicy {
    /// Why requests to an address are always refused, as far as its text shows; `nil`: there is no known reason.
    ///
    /// Secrets and the addresses of names are known only when a request is sent.
    package func refusal(of address: WebAddress) -> Refusal? {
        let port = address.effectivePort
        return refusal(host: address.host, port: port, secrets: [])
            ?? NetworkAddress(host: address.host).flatMap { refusal(host: address.host, port: port, address: $0) }
    }
}
