/// The discovery documents of the server: `kubectl` needs them to turn `app` into an address.
struct KubernetesDiscovery {
    let resources: [KubernetesResource]

    private static let verbs: ClusterValue = ["create", "delete", "get", "list", "patch", "update", "watch"]

    /// `nil` where the path names no such document.
    func document(_ path: [Substring]) -> ClusterValue? {
        switch (path.first, path.count) {
        case ("version", 1):
            [
                "major": "1", "minor": "32", "gitVersion": "v1.32.0", "gitCommit": "0", "gitTreeState": "clean",
                "buildDate": "2024-12-11T18:00:00Z", "goVersion": "go1.23.3", "compiler": "gc",
                "platform": "linux/amd64",
            ]
        case ("api", 1): ["kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []]
        case ("api", 2) where path[1] == "v1": list(group: "", version: "v1")
        case ("apis", 1): ["kind": "APIGroupList", "apiVersion": "v1", "groups": .list(groups.map { group($0) })]
        case ("apis", 2) where groups.contains(String(path[1])): described(String(path[1]))
        case ("apis", 3): list(group: String(path[1]), version: String(path[2]))
        default: nil
        }
    }

    private var served: [KubernetesResource] { resources + [.accessReviews] }
    private var groups: [String] { Set(served.map(\.group)).subtracting([""]).sorted() }

    private func described(_ name: String) -> ClusterValue {
        var value = group(name)
        value["kind"] = "APIGroup"
        value["apiVersion"] = "v1"
        return value
    }

    private func group(_ name: String) -> ClusterValue {
        let versions = Set(served.filter { $0.group == name }.map(\.version)).sorted().map { version -> ClusterValue in
            ["groupVersion": "\(name)/\(version)", "version": .string(version)]
        }
        return [
            "name": .string(name), "versions": .list(versions), "preferredVersion": versions.first ?? .null,
        ]
    }

    private func list(group: String, version: String) -> ClusterValue? {
        let members = served.filter { $0.group == group && $0.version == version }
        guard let first = members.first else { return nil }
        return [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(first.apiVersion),
            "resources": .list(members.flatMap(entries)),
        ]
    }

    private func entries(_ resource: KubernetesResource) -> [ClusterValue] {
        var entry: ClusterValue = [
            "name": .string(resource.plural), "singularName": .string(resource.kind.lowercased()),
            "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind), "verbs": Self.verbs,
        ]
        if resource == .accessReviews { entry["verbs"] = ["create"] }
        if !resource.shortNames.isEmpty {
            entry["shortNames"] = .list(resource.shortNames.map { .string($0) })
        }
        guard resource.hasStatus else { return [entry] }
        return [
            entry,
            [
                "name": "\(resource.plural)/status", "singularName": "", "kind": .string(resource.kind),
                "namespaced": .bool(resource.isNamespaced), "verbs": ["get", "patch", "update"],
            ],
        ]
    }
}
