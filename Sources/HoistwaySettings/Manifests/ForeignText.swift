extension YamlNode {
    /// The node without its status and the annotation of `kubectl apply`: other programs write them into exported
    /// manifests, and they may hold anything.
    func withoutForeignText() -> YamlNode {
        without { $0 == "status" }.replacing("metadata") { metadata in
            metadata.replacing("annotations") { $0.without { $0.hasPrefix("kubectl.kubernetes.io/") } }
        }
    }

    private func without(_ isLeftOut: (String) -> Bool) -> YamlNode {
        guard let entries else { return self }
        var node = self
        node.content = .map(entries.filter { !isLeftOut($0.key) })
        return node
    }

    private func replacing(_ key: String, _ change: (YamlNode) -> YamlNode) -> YamlNode {
        guard let entries else { return self }
        var node = self
        node.content = .map(
            entries.map { entry in
                guard entry.key == key else { return entry }
                var entry = entry
                entry.value = change(entry.value)
                return entry
            }
        )
        return node
    }
}
