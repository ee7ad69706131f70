/// A request from a client.
package struct KubernetesRequest: Sendable {
    package var method: String
    /// Without the query, percent signs resolved.
    package var path: String
    /// For a key that comes twice, the last value.
    package var query: [String: String]
    package var headers: [String: String]
    package var body: [UInt8]

    package var userAgent: String { headers["user-agent"] ?? "" }
    /// The body as JSON; `nil` where it is invalid.
    package var json: ClusterValue? { try? ClusterValue(json: body) }

    /// `headers` by their names in lower case.
    init(method: String, target: String, headers: [String: String], body: [UInt8]) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.method = method
        path = Self.decoded(parts.first ?? "")
        query = [:]
        for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = sides.count > 1 ? sides[1].replacing("+", with: " ") : ""
            query[Self.decoded(sides[0])] = Self.decoded(value[...])
        }
        self.headers = headers
        self.body = body
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"), let code = UInt8(String(Substring(rest.prefix(2))), radix: 16) else {
                bytes.append(byte)
                continue
            }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The action of a request, in RBAC's terms.
package struct KubernetesAttributes: Sendable, Equatable {
    package var verb: String
    package var resource: KubernetesResource
    /// `nil` for all namespaces, or for an object of the cluster itself.
    package var namespace: String?
    package var name: String?
    /// `status`.
    package var part: String?
}

extension KubernetesAttributes {
    /// `nil` where the address names no resource.
    init?(_ request: KubernetesRequest, among resources: [KubernetesResource]) {
        var parts = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let root: String
        switch parts.first {
        case "api" where parts.count >= 3:
            (root, parts) = ("/api/" + parts.dropFirst().prefix(1).joined(), parts.dropFirst(2))
        case "apis" where parts.count >= 4:
            (root, parts) = ("/apis/" + parts.dropFirst().prefix(2).joined(separator: "/"), parts.dropFirst(3))
        default: return nil
        }
        var namespace: String?
        if parts.first == "namespaces", parts.count >= 3 {
            namespace = String(parts[parts.startIndex + 1])
            parts = parts.dropFirst(2)
        }
        let named = Array(parts)
        guard (1...3).contains(named.count), !named.contains(""),
            let resource = resources.first(where: { $0.root == root && $0.plural == named[0] })
        else { return nil }
        guard named.count < 3 || (named[2] == "status" && resource.hasStatus) else { return nil }
        guard namespace == nil || resource.isNamespaced else { return nil }
        self.resource = resource
        self.namespace = namespace
        name = named.count > 1 ? String(named[1]) : nil
        part = named.count > 2 ? String(named[2]) : nil
        let isWatch = ["true", "1"].contains(request.query["watch"])
        switch request.method {
        case "GET": verb = name == nil ? (isWatch ? "watch" : "list") : "get"
        case "POST": verb = "create"
        case "PUT": verb = "update"
        case "PATCH": verb = "patch"
        case "DELETE": verb = name == nil ? "deletecollection" : "delete"
        default: verb = request.method.lowercased()
        }
    }
}
