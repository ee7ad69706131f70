/// The Applications that the ApplicationSet controller makes with a list generator.
package enum ApplicationSetFixture {
    /// One Application for each element, with `{{key}}` and `{{.key}}` replaced in the template; none for other
    /// generators.
    package static func applications(of set: ClusterValue) -> [ClusterValue] {
        let elements = (set["spec", "generators"]?.list ?? []).flatMap { $0["list", "elements"]?.list ?? [] }
        return elements.map { element in
            var values: [String: String] = [:]
            for (key, value) in element.map ?? [:] { values[key] = value.string ?? value.description }
            var application = filled(set["spec", "template"] ?? .map([:]), values)
            application["apiVersion"] = "argoproj.io/v1alpha1"
            application["kind"] = "Application"
            application["metadata", "namespace"] = set["metadata", "namespace"] ?? "argocd"
            application["metadata", "ownerReferences"] = [
                [
                    "apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet", "controller": true,
                    "blockOwnerDeletion": true, "name": set["metadata", "name"] ?? "",
                    "uid": set["metadata", "uid"] ?? "00000000-0000-4000-8000-000000000000",
                ]
            ]
            return application
        }
    }

    private static func filled(_ value: ClusterValue, _ values: [String: String]) -> ClusterValue {
        switch value {
        case .string(let text): .string(filled(text, values))
        case .list(let items): .list(items.map { filled($0, values) })
        case .map(let members):
            .map(Dictionary(members.map { (filled($0.key, values), filled($0.value, values)) }) { $1 })
        default: value
        }
    }

    private static func filled(_ text: String, _ values: [String: String]) -> String {
        text.replacing(/\{\{\s*\.?([A-Za-z0-9_-]+)\s*\}\}/) { match in
            values[String(match.1)] ?? String(match.0)
        }
    }
}
