import HoistwayEdits
import HoistwayModel

/// A value of a kubeconfig with its place.
///
/// Unknown keys are ignored, as in `kubectl`; values never appear in a message.
struct ConfigNode {
    /// A kubeconfig of a large company has a few thousand values.
    private static let maxValues = 200_000
    private static let maxDepth = 50

    private let tree: YAMLTree
    let place: SourcePlace

    private init(_ tree: YAMLTree, _ place: SourcePlace) {
        self.tree = tree
        self.place = place
    }

    /// `nil` where the file is empty.
    static func read(_ bytes: [UInt8], file: String) throws(KubeconfigFailure) -> ConfigNode? {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw KubeconfigFailure(SourcePlace(file: file, line: 0), "the file is not text in UTF-8")
        }
        switch YAMLWeight.excess(of: text, values: maxValues, depth: maxDepth) {
        case .values(let line)?:
            let problem = "more than \(maxValues) values once aliases are followed"
            throw KubeconfigFailure(SourcePlace(file: file, line: line), problem)
        case .depth(let line)?:
            let problem = "nested more than \(maxDepth) levels deep"
            throw KubeconfigFailure(SourcePlace(file: file, line: line), problem)
        case nil: break
        }
        let trees: [YAMLTree]
        do throws(YAMLTree.Failure) {
            trees = try YAMLTree.documents(of: text)
        } catch {
            let place = SourcePlace(file: file, line: error.line)
            throw KubeconfigFailure(place, "not readable as YAML: \(PlainError.yamlProblem(error.problem))")
        }
        guard trees.count <= 1 else {
            throw KubeconfigFailure(SourcePlace(file: file, line: trees[1].line), "a second document")
        }
        guard let tree = trees.first else { return nil }
        let node = ConfigNode(tree, SourcePlace(file: file, line: tree.line))
        guard !node.isNull else { return nil }
        guard case .mapping = tree.content else { throw node.failure("expected a mapping") }
        return node
    }

    func failure(_ problem: String, hint: String? = nil) -> KubeconfigFailure {
        KubeconfigFailure(place, problem, hint: hint)
    }

    private var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = tree.content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    // MARK: Reading

    /// `nil` where the key is absent or null.
    func value(_ key: String) throws(KubeconfigFailure) -> ConfigNode? {
        guard case .mapping(let pairs) = tree.content else { throw failure("expected a mapping") }
        var found: ConfigNode?
        for pair in pairs {
            guard case .scalar(key, _) = pair.key.content else { continue }
            let path = place.path.isEmpty ? key : "\(place.path).\(key)"
            let node = ConfigNode(pair.value, SourcePlace(file: place.file, line: pair.key.line, path: path))
            if let found { throw node.failure("the key is given twice: first in line \(found.place.line)") }
            found = node
        }
        return found.flatMap { $0.isNull ? nil : $0 }
    }

    var text: String {
        get throws(KubeconfigFailure) {
            guard case .scalar(let text, _) = tree.content else { throw failure("expected text") }
            guard !text.utf8.contains(0) else { throw failure("a character that cannot be used here") }
            return text
        }
    }

    /// The text; `nil` where it is empty.
    func text(_ key: String) throws(KubeconfigFailure) -> String? {
        guard let text = try value(key)?.text, !text.isEmpty else { return nil }
        return text
    }

    func flag(_ key: String) throws(KubeconfigFailure) -> Bool {
        guard let node = try value(key) else { return false }
        switch try node.text {
        case "true": return true
        case "false": return false
        default: throw node.failure("expected true or false")
        }
    }

    func items(_ key: String) throws(KubeconfigFailure) -> [ConfigNode] {
        guard let node = try value(key) else { return [] }
        guard case .sequence(let trees) = node.tree.content else { throw node.failure("expected a list") }
        return trees.enumerated().map { index, tree in
            ConfigNode(
                tree,
                SourcePlace(file: node.place.file, line: tree.line, path: "\(node.place.path)[\(index)]")
            )
        }
    }

    func texts(_ key: String) throws(KubeconfigFailure) -> [String] {
        var texts: [String] = []
        for item in try items(key) { texts.append(try item.text) }
        return texts
    }

    /// The keys of a mapping of lists of texts.
    func textLists(_ key: String) throws(KubeconfigFailure) -> [(key: String, values: [String])] {
        guard let node = try value(key) else { return [] }
        guard case .mapping(let pairs) = node.tree.content else { throw node.failure("expected a mapping") }
        var lists: [(key: String, values: [String])] = []
        for pair in pairs {
            guard case .scalar(let name, _) = pair.key.content else { throw node.failure("expected a key of text") }
            lists.append((name, try node.texts(name)))
        }
        return lists
    }
}
