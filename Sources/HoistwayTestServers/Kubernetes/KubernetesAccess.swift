/// Who may do what: the server's stand-in for tokens, certificates and RBAC.
package struct KubernetesAccess: Sendable {
    /// As a rule of a Role or ClusterRole; `*` stands for everything.
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

    /// What is allowed, unless something of `denied` covers it too.
    package var allowed: [Rule] = [Rule()]
    package var denied: [Rule] = []
    /// The tokens that count, each with the user whose it is; `nil` where nobody is asked for one.
    package var tokens: [String: String]?
    /// Whether a client certificate of ours is enough.
    package var acceptsCertificates = true

    package init() {}

    /// `nil` where the request shows nothing that counts.
    func user(authorization: String?, certificate: String?) -> String? {
        guard let tokens else { return certificate ?? "system:anonymous" }
        if acceptsCertificates, let certificate { return certificate }
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return nil }
        return tokens[String(authorization.dropFirst("bearer ".count))]
    }

    func allows(_ access: KubernetesAttributes) -> Bool {
        // Everybody may ask what he may do.
        access.resource == .accessReviews
            || (allowed.contains { $0.covers(access) } && !denied.contains { $0.covers(access) })
    }
}
