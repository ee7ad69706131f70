package import HoistwayModel

/// `http` of our own file: what the step `http` may reach; `nil` keeps the value above, or the default.
package struct HTTPOptions: Sendable, Equatable {
    package enum Repeat: String, Sendable, CaseIterable {
        /// A request that may or may not have been sent is sent again, with the same `Idempotency-Key`.
        case always
        /// The step ends Errored instead.
        case never
    }

    package static let defaultRepeat = Repeat.always

    package var hosts: [HostRule]?
    package var privateHosts: [HostRule]?
    package var secrets: [String: [HostRule]]?
    package var repeats: Repeat?

    package init(
        hosts: [HostRule]? = nil,
        privateHosts: [HostRule]? = nil,
        secrets: [String: [HostRule]]? = nil,
        repeats: Repeat? = nil
    ) {
        self.hosts = hosts
        self.privateHosts = privateHosts
        self.secrets = secrets
        self.repeats = repeats
    }
}

extension Settings {
    /// The policy of a project: each key of its own `http` overrides that of the whole program.
    package func httpPolicy(of project: String) -> HTTPPolicy {
        let own = projects[project]?.http ?? HTTPOptions()
        return HTTPPolicy(
            hosts: own.hosts ?? http.hosts,
            privateHosts: own.privateHosts ?? http.privateHosts ?? [],
            secrets: own.secrets ?? http.secrets ?? [:],
            isRepeated: (own.repeats ?? http.repeats ?? HTTPOptions.defaultRepeat) == .always
        )
    }
}
