/// Permissions: the server's replacement for tokens, certificates and RBAC.
package struct KubernetesAccess: Sendable {
    /// Like a rule of a Role or ClusterRole; `*` means everything.
    package struct Rule: Sendable {
        package var groups: Set<String>
        package var resources: Set<String>
        package var verbs: Set<String>
        /// Empty for all namespaces.
        package var namespaces: Set<String>
        /// Empty for all objects.
        package var names: Set<String>

        package init(
            groups: Set<String> = ["*"],
            resources: Set<String> = ["*"],
            verbs: Set<String> = ["*"],
            namespaces: Set<String> = [],
            names: Set<String> = []
        ) {
            self.groups = groups
            self.resources = resources
            self.verbs = verbs
            self.namespaces = namespaces
            self.names = names
        }

        func covers(_ access: KubernetesAttributes) -> Bool {
            let resource = access.resource.plural + (access.part.map { "/\($0)" } ?? "")
            return !groups.isDisjoint(with: ["*", access.resource.group])
                && !resources.isDisjoint(with: ["*", resource])
                && !verbs.isDisjoint(with: ["*", access.verb])
                && (namespaces.isEmpty || access.namespace.map(namespaces.contains) == true)
                && (names.isEmpty || access.name.map(names.contains) == true)
        }
    }

    /// The allowed requests, except those that `denied` covers.
    package var allowed: [Rule] = [Rule()]
    package var denied: [Rule] = []
    /// Valid tokens, each with its user; `nil` where no token is required.
    package var tokens: [String: String]?
    /// Whether a client certificate of the test's authority is enough.
    package var acceptsCertificates = true

    package init() {}

    /// `nil` where the request has no valid login.
    func user(authorization: String?, certificate: String?) -> String? {
        guard let tokens else { return certificate ?? "system:anonymous" }
        if acceptsCertificates, let certificate { return certificate }
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return nil }
        return tokens[String(authorization.dropFirst("bearer ".count))]
    }

    func allows(_ access: KubernetesAttributes) -> Bool {
        // Every user may ask for their own permissions.
        access.resource == .accessReviews
            || (allowed.contains { $0.covers(access) } && !denied.contains { $0.covers(access) })
    }
}
