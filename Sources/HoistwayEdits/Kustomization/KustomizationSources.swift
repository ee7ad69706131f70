/// The files of a repository from which a kustomization builds its manifests.
package struct KustomizationSources: Equatable, Sendable {
    /// Manifests, folders and patches, as they are written: relative to the kustomization's folder.
    package private(set) var paths: [String] = []
    /// Patches that are inline in the kustomization.
    package private(set) var inlinePatches: [String] = []
    /// Files that name further fields with images.
    package private(set) var configurations: [String] = []
    /// Whether it names any sources of manifests.
    package private(set) var hasResources = false
    /// `false`: something generates or changes manifests and is not in a file of the repository, such as a Helm chart.
    package private(set) var isComplete = true

    private static let resources = ["resources", "bases", "components"]
    private static let opaque = [
        "generators", "transformers", "helmCharts", "helmChartInflationGenerator", "replacements", "vars",
    ]

    package init(of document: [UInt8]) throws(EditFailure) {
        let root = try YAMLDocument(SourceText(document)).root
        guard let pairs = root.pairs else { throw .rootNotMapping(line: root.line) }
        for pair in pairs where !pair.value.resolved.isNull {
            guard let key = pair.key.scalar else { continue }
            if Self.opaque.contains(key) { isComplete = false }
            if Self.resources.contains(key) {
                hasResources = true
                for item in items(of: pair.value) { add(item.scalar) }
            } else if key == "patches" || key == "patchesJson6902" {
                for item in items(of: pair.value) { add(pathOfPatch: item) }
            } else if key == "patchesStrategicMerge" {
                // A patch may be inline instead of a file's name.
                for item in items(of: pair.value) {
                    if let text = item.scalar, text.contains("\n") {
                        inlinePatches.append(text)
                    } else {
                        add(item.scalar)
                    }
                }
            } else if key == "configurations" {
                for item in items(of: pair.value) {
                    guard let path = item.scalar, !path.isEmpty else {
                        isComplete = false
                        continue
                    }
                    configurations.append(path)
                }
            }
        }
    }

    private mutating func items(of node: YAMLNode) -> [YAMLNode] {
        guard let items = node.resolved.items else {
            isComplete = false
            return []
        }
        return items.map(\.resolved)
    }

    private mutating func add(_ path: String?) {
        guard let path, !path.isEmpty else {
            isComplete = false
            return
        }
        paths.append(path)
    }

    private mutating func add(pathOfPatch patch: YAMLNode) {
        guard let pairs = patch.pairs else {
            isComplete = false
            return
        }
        for pair in pairs where pair.key.scalar == "path" { add(pair.value.resolved.scalar) }
        for pair in pairs where pair.key.scalar == "patch" {
            if let text = pair.value.resolved.scalar { inlinePatches.append(text) } else { isComplete = false }
        }
    }
}
