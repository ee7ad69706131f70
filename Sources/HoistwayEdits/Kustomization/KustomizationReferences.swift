package import HoistwayModel

/// Every file, folder and chart that a kustomization, or a plugin's configuration, names.
///
/// The fields are those of kustomize 5: <https://pkg.go.dev/sigs.k8s.io/kustomize/api/types#Kustomization>.
package struct KustomizationReferences: Equatable, Sendable {
    package enum Kind: Sendable, Equatable {
        /// A file, or a folder with a kustomization.
        case resource
        /// Only a file, or the files in a folder.
        case file
        /// A file with the configuration of plugins, or a folder with a kustomization that generates it.
        case plugin
        /// A folder that is needed as a whole, such as a chart; the reason is for messages where the folder does not
        /// exist.
        case folder(absent: String)
    }

    package struct Reference: Sendable, Equatable {
        package var kind: Kind
        /// As it is written: a path relative to the kustomization's folder, or an address.
        package var target: String
        /// Counted from 1.
        package var line: Int
        /// The path of keys to it: `resources[0]`.
        package var key: String
    }

    /// A reference that a sandbox cannot provide.
    package struct Refusal: Sendable, Equatable {
        package var line: Int
        package var key: String
        package var reason: String
    }

    package private(set) var references: [Reference] = []
    package private(set) var refusals: [Refusal] = []
    /// Whether the build needs Helm.
    package private(set) var usesHelm = false
    /// Whether the kustomization itself sets the order of resources.
    package private(set) var hasSortOptions = false

    /// Reads a kustomization.
    package init(of document: [UInt8]) throws(EditFailure) {
        // This checks the limits, that there is one document, and that no key occurs twice.
        let root = try YAMLDocument(SourceText(document)).root
        guard root.pairs != nil else { throw .rootNotMapping(line: root.line) }
        guard let tree = try Self.documents(document).first else { throw .empty }
        kustomization(tree)
    }

    /// Reads a file, or a text, with the configuration of plugins.
    package init(ofPlugins document: [UInt8]) throws(EditFailure) {
        for tree in try Self.documents(document) { plugin(tree, key: "", line: 0) }
    }

    private static func documents(_ document: [UInt8]) throws(EditFailure) -> [YAMLTree] {
        guard document.count <= YAMLLimits.documentBytes else {
            throw .tooLarge(bytes: document.count, limit: YAMLLimits.documentBytes)
        }
        guard let text = String(validating: document, as: UTF8.self) else { throw .notUTF8 }
        switch YAMLWeight.excess(of: text, values: YAMLLimits.nodes, depth: YAMLLimits.depth) {
        case .values(let line): throw .tooManyNodes(line: line, limit: YAMLLimits.nodes)
        case .depth(let line): throw .tooDeep(line: line, limit: YAMLLimits.depth)
        case nil: break
        }
        do throws(YAMLTree.Failure) {
            return try YAMLTree.documents(of: text)
        } catch {
            throw .syntax(line: error.line, problem: error.problem)
        }
    }

    private mutating func kustomization(_ root: YAMLTree) {
        hasSortOptions = !(root["sortOptions"]?.isNull ?? true)
        for name in ["resources", "bases", "components"] { paths(root, name, .resource) }
        for name in ["crds", "configurations", "patchesStrategicMerge"] { paths(root, name, .file) }
        for name in ["generators", "transformers", "validators"] { plugins(root, name) }
        for name in ["patches", "patchesJson6902", "replacements"] {
            for (item, key) in items(root, name) { path(item, "path", key, .file) }
        }
        for name in ["configMapGenerator", "secretGenerator"] {
            for (item, key) in items(root, name) { sources(item, key) }
        }
        if let openapi = root["openapi"] { path(openapi, "path", "openapi", .file) }
        let home = root["helmGlobals"]?["chartHome"]?.text
        for (item, key) in items(root, "helmCharts") { chart(item, key, home: home) }
        for (item, key) in items(root, "helmChartInflationGenerator") { oldChart(item, key) }
    }

    private mutating func paths(_ parent: YAMLTree, _ name: String, _ kind: Kind) {
        for (item, key) in items(parent, name) {
            // A patch may be given as text instead of a file's name.
            guard let text = item.text, !text.isEmpty, !text.contains("\n") else { continue }
            add(kind, text, item.line, key)
        }
    }

    private mutating func path(_ parent: YAMLTree, _ name: String, _ key: String, _ kind: Kind) {
        guard let value = parent[name], let text = value.text, !text.isEmpty else { return }
        add(kind, text, value.line, key.isEmpty ? name : "\(key).\(name)")
    }

    /// Items of `files` are `NAME=PATH` or `PATH`.
    private mutating func sources(_ parent: YAMLTree, _ key: String) {
        let prefix = key.isEmpty ? "" : "\(key)."
        for (item, place) in items(parent, "files") {
            guard let text = item.text, !text.isEmpty else { continue }
            let target = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).last ?? ""
            add(.file, String(target), item.line, prefix + place)
        }
        for (item, place) in items(parent, "envs") {
            if let text = item.text, !text.isEmpty { add(.file, text, item.line, prefix + place) }
        }
        path(parent, "env", key, .file)
    }

    private mutating func plugins(_ root: YAMLTree, _ name: String) {
        for (item, key) in items(root, name) {
            guard let text = item.text, !text.isEmpty else { continue }
            guard text.contains("\n") else {
                add(.plugin, text, item.line, key)
                continue
            }
            // The text is inline: kustomize takes a text of several lines as the configuration itself.
            if let trees = try? Self.documents(Array(text.utf8)) {
                for tree in trees { plugin(tree, key: key, line: item.line) }
            } else {
                refusals.append(Refusal(line: item.line, key: key, reason: "the plugin's configuration is not YAML"))
            }
        }
    }

    /// `line`: the line at which an inline text begins; zero for a file.
    private mutating func plugin(_ tree: YAMLTree, key: String, line: Int) {
        guard !tree.isNull else { return }
        var inner = Self.empty
        let annotations = tree["metadata"]?["annotations"]
        let kind = tree["kind"]?.text ?? ""
        for name in ["config.kubernetes.io/function", "config.k8s.io/function"] where annotations?[name] != nil {
            refusals.append(
                Refusal(
                    line: line > 0 ? line : tree.line,
                    key: key,
                    reason: "the plugin \(kind) is a program or a container of its own (\(name)); plugins are not run"
                )
            )
        }
        if let version = tree["apiVersion"]?.text, version != "builtin" {
            refusals.append(
                Refusal(
                    line: line > 0 ? line : tree.line,
                    key: key,
                    reason: "the plugin \(kind) of \(version) is not built into kustomize; no other is run here"
                )
            )
        }
        inner.sources(tree, key)
        inner.path(tree, "path", key, .file)
        inner.paths(tree, "paths", .file)
        inner.paths(tree, "transformers", .file)
        for name in ["patches", "replacements"] {
            for (item, place) in inner.items(tree, name) { inner.path(item, "path", place, .file) }
        }
        if kind == "HelmChartInflationGenerator" {
            if tree["chartName"] != nil {
                inner.oldChart(tree, key)
            } else {
                inner.chart(tree, key, home: tree["chartHome"]?.text)
            }
        }
        for var reference in inner.references {
            if line > 0 { reference.line = line }
            references.append(reference)
        }
        for var refusal in inner.refusals {
            if line > 0 { refusal.line = line }
            refusals.append(refusal)
        }
        if inner.usesHelm { usesHelm = true }
    }

    /// kustomize uses a chart that is already in `chartHome`, and pulls it from `repo` only if it is not there.
    private mutating func chart(_ item: YAMLTree, _ key: String, home: String?) {
        guard let name = item["name"]?.text, !name.isEmpty else { return }
        let line = item["name"]?.line ?? item.line
        var folder = home.flatMap { $0.isEmpty ? nil : $0 } ?? "charts"
        var absent = "the chart is not there"
        if let repository = item["repo"]?.text, !repository.isEmpty {
            absent = "the chart would be pulled from \(repository), and programs have no network here"
            if let version = item["version"]?.text, !version.isEmpty { folder += "/\(name)-\(version)" }
        }
        addChart(item, key, folder: "\(folder)/\(name)", line: line, absent: absent)
    }

    /// Reads the form from before kustomize 4.1.
    private mutating func oldChart(_ item: YAMLTree, _ key: String) {
        guard let name = item["chartName"]?.text, !name.isEmpty else { return }
        let home = item["chartHome"]?.text.flatMap { $0.isEmpty ? nil : $0 } ?? "charts"
        let repository = item["chartRepoUrl"]?.text.map { " from \($0)" } ?? ""
        addChart(
            item,
            key,
            folder: "\(home)/\(name)",
            line: item["chartName"]?.line ?? item.line,
            absent: "the chart would be pulled\(repository), and programs have no network here"
        )
        path(item, "values", key, .file)
    }

    private mutating func addChart(_ item: YAMLTree, _ key: String, folder: String, line: Int, absent: String) {
        usesHelm = true
        add(.folder(absent: absent), folder, line, key)
        path(item, "valuesFile", key, .file)
        for (value, place) in items(item, "additionalValuesFiles") {
            if let text = value.text, !text.isEmpty {
                add(.file, text, value.line, key.isEmpty ? place : "\(key).\(place)")
            }
        }
    }

    private mutating func add(_ kind: Kind, _ target: String, _ line: Int, _ key: String) {
        references.append(Reference(kind: kind, target: target, line: line, key: key))
    }

    private func items(_ parent: YAMLTree, _ name: String) -> [(YAMLTree, String)] {
        guard let items = parent[name]?.items else { return [] }
        return items.enumerated().map { ($0.element, "\(name)[\($0.offset)]") }
    }

    private init() {}
    private static var empty: Self { Self() }
}

extension KustomizationReferences {
    /// Whether kustomize treats a text as an address instead of a path.
    ///
    /// It checks for addresses of Git before it checks for folders:
    /// <https://github.com/kubernetes-sigs/kustomize/blob/master/examples/remoteBuild.md>.
    package static func isRemote(_ target: String) -> Bool {
        let text = target.lowercased()
        if text.contains("://") || text.hasPrefix("git::") || text.hasPrefix("gh:") { return true }
        if text.hasPrefix("github.com/") || text.hasPrefix("github.com:") { return true }
        if text.contains("?ref=") || text.contains("?version=") || text.contains("&ref=") { return true }
        // user@host:path and user@host/path
        guard let at = text.firstIndex(of: "@") else { return false }
        let user = text[..<at]
        let rest = text[text.index(after: at)...]
        guard !user.isEmpty, user.allSatisfy({ $0.isLetter || $0.isNumber || "._-".contains($0) }) else { return false }
        guard let end = rest.firstIndex(where: { $0 == ":" || $0 == "/" }) else { return false }
        return rest[..<end].contains(".") || rest[end] == ":"
    }

    /// The path of a target in a folder's kustomization; `nil` where it leads out of the workspace.
    package static func path(of target: String, in folder: GitPath) -> GitPath? {
        guard !target.hasPrefix("/") else { return nil }
        var names = folder.names
        for name in GitPath(target).names {
            if name.bytes.elementsEqual(".".utf8) { continue }
            if name.bytes.elementsEqual("..".utf8) {
                guard names.popLast() != nil else { return nil }
                continue
            }
            names.append(name)
        }
        return names.reduce(GitPath("")) { $0.appending($1) }
    }
}

extension YAMLTree {
    /// The value of a key; `nil` where this is not a mapping or does not have the key.
    package subscript(_ name: String) -> YAMLTree? {
        guard case .mapping(let pairs) = content else { return nil }
        return pairs.first { $0.key.text == name }?.value
    }

    package var text: String? { if case .scalar(let text, _) = content, !isNull { text } else { nil } }

    package var items: [YAMLTree]? { if case .sequence(let items) = content { items } else { nil } }

    package var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ScalarRules.nullWords.contains(text)
    }
}
