import Foundation

/// A file with the addresses and logins of clusters, for clients.
package struct Kubeconfig: Sendable {
    package enum Login: Sendable {
        case none
        case token(String)
        /// The name of the file with the token.
        case tokenFile(String)
        /// Names of files in PEM.
        case certificate(file: String, key: String)
    }

    package struct Cluster: Sendable {
        package var server: String
        /// The authority to trust; `nil` for http.
        package var authorityFile: String?
        package var login: Login
        /// The namespace of requests that name none.
        package var namespace = "argocd"

        package init(server: String, authorityFile: String?, login: Login) {
            self.server = server
            self.authorityFile = authorityFile
            self.login = login
        }
    }

    /// By the name of the context.
    package var clusters: [String: Cluster]
    package var currentContext: String?
    /// Whether certificates and keys are in the file itself.
    package var holdsData = false

    package init(clusters: [String: Cluster], currentContext: String? = nil) {
        self.clusters = clusters
        self.currentContext = currentContext
    }

    /// The file's text: JSON, which is YAML too.
    package func text() throws -> String {
        let sorted = clusters.sorted { $0.key < $1.key }
        var value: ClusterValue = ["apiVersion": "v1", "kind": "Config", "preferences": [:]]
        if let current = currentContext ?? (sorted.count == 1 ? sorted[0].key : nil) {
            value["current-context"] = .string(current)
        }
        value["clusters"] = .list(
            try sorted.map { name, cluster in
                var entry: ClusterValue = ["server": .string(cluster.server)]
                if let file = cluster.authorityFile { try put(file, as: "certificate-authority", in: &entry) }
                return ["name": .string(name), "cluster": entry]
            }
        )
        value["users"] = .list(
            try sorted.map { name, cluster in
                var entry: ClusterValue = [:]
                switch cluster.login {
                case .none: break
                case .token(let token): entry["token"] = .string(token)
                case .tokenFile(let file): entry["tokenFile"] = .string(file)
                case .certificate(let file, let key):
                    try put(file, as: "client-certificate", in: &entry)
                    try put(key, as: "client-key", in: &entry)
                }
                return ["name": .string(name), "user": entry]
            }
        )
        value["contexts"] = .list(
            sorted.map { name, cluster in
                let context: ClusterValue = [
                    "cluster": .string(name), "user": .string(name), "namespace": .string(cluster.namespace),
                ]
                return ["name": .string(name), "context": context]
            }
        )
        return "\(value)\n"
    }

    private func put(_ file: String, as key: String, in entry: inout ClusterValue) throws {
        guard holdsData else { return entry[key] = .string(file) }
        entry["\(key)-data"] = .string(try Data(contentsOf: URL(fileURLWithPath: file)).base64EncodedString())
    }
}
