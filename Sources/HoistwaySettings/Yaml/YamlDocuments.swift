import HoistwayEdits
import HoistwayModel

/// Turns the text of a file into documents, each one separately: an error in one does not hide the others.
///
/// Limits: `maxBytes` for a file, `maxDepth` levels, `maxNodes` nodes after aliases are followed. A key that appears
/// twice is reported, with both lines.
struct YamlDocuments {
    /// Largest file that is read, in bytes: Kubernetes accepts no object above 1.5 MiB, and a file may hold several.
    static let maxBytes = 4 * 1024 * 1024
    static let maxDepth = 64
    static let maxNodes = 200_000
    /// For all files of a Git repository together: anyone who pushes there decides how many files there are.
    static let maxNodesOfSource = 400_000

    /// How a key that appears twice in one mapping is treated.
    enum Doubled {
        /// An error; the first one is used while the rest is checked.
        case refused
        /// A warning, and the last one is used: `kubectl` and Argo CD read manifests this way before Kargo sees them.
        case lastCounts
    }

    /// The readable part of a file.
    struct Reading: Sendable {
        /// Empty ones are left out.
        var documents: [YamlNode] = []
        /// Every document could be read.
        var isComplete = true
    }

    private let file: String
    private let problems: ProblemList
    private let doubled: Doubled
    /// How many nodes this file may hold.
    private let limit: Int
    private let root = YamlPath()
    private var nodes = 0
    private var linesBefore = 0

    private init(file: String, problems: ProblemList, doubled: Doubled, limit: Int) {
        self.file = file
        self.problems = problems
        self.doubled = doubled
        self.limit = limit
    }

    /// The documents of a file; errors are reported in `problems`.
    static func read(_ text: String, file: String, problems: ProblemList) -> Reading {
        var left = maxNodes
        return read(text, file: file, problems: problems, doubled: .refused, left: &left)
    }

    /// As above, for one of several files that share a limit; `left` is lowered by the nodes of this one.
    static func read(
        _ text: String,
        file: String,
        problems: ProblemList,
        doubled: Doubled,
        left: inout Int
    ) -> Reading {
        var reader = YamlDocuments(file: file, problems: problems, doubled: doubled, limit: min(left, maxNodes))
        defer { left -= reader.nodes }
        var reading = Reading()
        for piece in YamlPiece.all(of: text) {
            reader.linesBefore = piece.linesBefore
            do {
                reading.documents += try reader.documents(in: piece.text)
            } catch {
                reading.isComplete = false
                problems.error(error.place, error.message, hint: error.hint)
                if error.isFinal { break }
            }
        }
        return reading
    }

    private mutating func documents(in text: String) throws(Excess) -> [YamlNode] {
        try evaluate(text)
        let trees: [YAMLTree]
        do throws(YAMLTree.Failure) {
            trees = try YAMLTree.documents(of: text)
        } catch {
            // A parser's error about a template does not help: one sentence names the cause.
            if let line = HelmTemplate.line(in: text) { throw .template(at: place(line)) }
            if let (line, inner) = Self.bareExpression(in: text) {
                let bare = TemplateText.bare(inner)
                throw Excess(place: place(line), message: bare.message, hint: bare.hint)
            }
            let place = place(error.line)
            throw Excess(place: place, message: "not readable as YAML: \(error.problem)")
        }
        var documents: [YamlNode] = []
        for tree in trees {
            let node = try convert(tree, path: root, depth: 0)
            if !node.isNull { documents.append(node) }
        }
        return documents
    }

    /// YAML reads braces without a dollar sign as a mapping, and their content seldom is one.
    private static func bareExpression(in text: String) -> (line: Int, inner: Substring)? {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if let inner = TemplateText.bareExpression(in: line) { return (index + 1, inner) }
        }
        return nil
    }

    private func place(_ line: Int, path: String = "") -> SourcePlace {
        SourcePlace(file: file, line: line + linesBefore, path: path)
    }

    /// Checked before anything is built and compared: a few aliases can produce very many values.
    private func evaluate(_ text: String) throws(Excess) {
        // Keys are values here too, but are not counted later.
        switch YAMLWeight.excess(of: text, values: 2 * (limit - nodes), depth: Self.maxDepth) {
        case .values(let line)?: throw tooMany(at: place(line))
        case .depth(let line)?: throw Self.tooDeep(at: place(line))
        case nil: return
        }
    }

    private func tooMany(at place: SourcePlace) -> Excess {
        let isShared = limit < Self.maxNodes
        let what = isShared ? "with the files before it more than \(Self.maxNodesOfSource)" : "more than \(limit)"
        return Excess(place: place, message: "\(what) values once aliases are followed", isFinal: true)
    }

    private static func tooDeep(at place: SourcePlace) -> Excess {
        Excess(place: place, message: "nested more than \(maxDepth) levels deep")
    }

    private mutating func convert(_ tree: YAMLTree, path: YamlPath, depth: Int) throws(Excess) -> YamlNode {
        let place = place(tree.line, path: path.text)
        nodes += 1
        guard nodes <= limit else { throw tooMany(at: place) }
        guard depth <= Self.maxDepth else { throw Self.tooDeep(at: place) }
        if let text = tree.braced {
            return YamlNode(content: .scalar(YamlScalar(text: text, isPlain: false)), place: place)
        }
        switch tree.content {
        case .scalar(let text, let isPlain):
            var scalar = YamlScalar(text: text, isPlain: isPlain)
            scalar.openings = tree.openings.map { opening in
                var opening = opening
                opening.line += linesBefore
                return opening
            }
            scalar.body = tree.body
            scalar.body?.line += linesBefore
            return YamlNode(content: .scalar(scalar), place: place)
        case .sequence(let sequence):
            var items: [YamlNode] = []
            for (index, item) in sequence.enumerated() {
                items.append(try convert(item, path: path[index], depth: depth + 1))
            }
            return YamlNode(content: .list(items), place: place)
        case .mapping(let pairs):
            return YamlNode(content: .map(try entries(of: pairs, path: path, depth: depth)), place: place)
        }
    }

    private mutating func entries(
        of pairs: [YAMLTree.Pair],
        path: YamlPath,
        depth: Int
    ) throws(Excess) -> [YamlEntry] {
        var entries: [YamlEntry] = []
        var merged: [YamlEntry] = []
        var lines: [String: Int] = [:]
        for pair in pairs {
            let line = place(pair.key.line).line
            guard let (name, isMerge) = Self.name(of: pair.key) else {
                problems.error(place(pair.key.line, path: path.text), "a key that is not a plain word")
                continue
            }
            let valuePath = path[name]
            let place = SourcePlace(file: file, line: line, path: valuePath.text)
            if let first = lines[name] {
                let lastCounts = doubled == .lastCounts
                problems.add(
                    lastCounts ? .warning : .error,
                    place,
                    "the key \(ShownText.bare(name)) is given twice: first in line \(first)"
                        + (lastCounts ? "; the last one counts, as in Kargo" : ""),
                    hint: "keep one of them"
                )
            }
            if isMerge {
                merged += try mergedEntries(of: pair.value, path: path, depth: depth)
            } else {
                let child = try convert(pair.value, path: valuePath, depth: depth + 1)
                // The values below the other one are read as well, each with its own place.
                let entry = YamlEntry(key: valuePath.key, place: place, value: child)
                if lines[name] == nil {
                    entries.append(entry)
                } else if doubled == .lastCounts, let index = entries.firstIndex(where: { $0.key == name }) {
                    entries[index] = entry
                }
            }
            lines[name] = lines[name] ?? line
        }
        guard !merged.isEmpty else { return entries }
        // Keys of the mapping itself override merged ones; among merged ones the first is used.
        var keys = Set(entries.map(\.key))
        for entry in merged where keys.insert(entry.key).inserted { entries.append(entry) }
        return entries
    }

    private static func name(of key: YAMLTree) -> (name: String, isMerge: Bool)? {
        if let text = key.braced { return (text, false) }
        guard case .scalar(let name, let isPlain) = key.content else { return nil }
        return (name, isPlain && name == "<<")
    }

    private mutating func mergedEntries(
        of value: YAMLTree,
        path: YamlPath,
        depth: Int
    ) throws(Excess) -> [YamlEntry] {
        let converted = try convert(value, path: path, depth: depth + 1)
        if let entries = converted.entries { return entries }
        if let items = converted.items { return items.flatMap { $0.entries ?? [] } }
        problems.error(converted.place, "a merge key (<<) takes a mapping or a list of them")
        return []
    }

    /// Why a document is refused.
    private struct Excess: Error {
        var place: SourcePlace
        var message: String
        var hint: String?
        /// The rest of the file is not read either.
        var isFinal = false

        static func template(at place: SourcePlace) -> Excess {
            Excess(place: place, message: TemplateText.helm, hint: TemplateText.helmHint)
        }
    }
}
