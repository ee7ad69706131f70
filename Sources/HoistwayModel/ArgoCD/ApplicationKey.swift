/// Names an Application of Argo CD within one cluster.
package struct ApplicationKey: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package var namespace: String
    package var name: String

    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// `<namespace>/<name>`.
    package var description: String { "\(namespace)/\(name)" }

    package static func < (left: ApplicationKey, right: ApplicationKey) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}

/// Names an Application in one of the configured clusters.
package struct ApplicationAddress: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// A key of `kubernetes.clusters`.
    package var cluster: String
    package var key: ApplicationKey

    package init(cluster: String, key: ApplicationKey) {
        self.cluster = cluster
        self.key = key
    }

    /// `<cluster>: <namespace>/<name>`.
    package var description: String { "\(cluster): \(key)" }

    package static func < (left: ApplicationAddress, right: ApplicationAddress) -> Bool {
        (left.cluster, left.key) < (right.cluster, right.key)
    }
}
