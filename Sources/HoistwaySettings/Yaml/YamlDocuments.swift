import HoistwayEdits
import HoistwayModel
import Yams

/// Turns the text of a file into documents.
///
/// Bounds: `maxBytes` a file, `maxDepth` levels, `maxNodes` nodes after aliases are followed. Duplicate keys are
/// refused by the parser itself.
struct YamlDocuments {
    /// Largest file that is read, in bytes: Kubernetes takes no object above 1.5 MiB, a file may hold several.
    static let maxBytes = 4 * 1024 * 1024
    static let maxDepth = 64
    static let maxNodes = 200_000
    /// Of all files of a Git repository together: whoever pushes there decides how many files there are.
    static let maxNodesOfSource = 400_000

    private let file: String
    private let problems: ProblemList
    /// How many nodes this file may hold.
    private let limit: Int
    private var nodes = 0

    private init(file: String, problems: ProblemList, limit: Int) {
        self.file = file
        self.problems = problems
        self.limit = limit
    }

    /// The documents of a file; empty ones are left out.
    ///
    /// `nil` where it cannot be read, which is told in `problems`.
    static func read(_ text: String, file: String, problems: ProblemList) -> [YamlNode]? {
        var left = maxNodes
        return read(text, file: file, problems: problems, left: &left)
    }

    /// As above, for one of several files that share a bound; `left` is lowered by what this one holds.
    static func read(_ text: String, file: String, problems: ProblemList, left: inout Int) -> [YamlNode]? {
        var reader = YamlDocuments(file: file, problems: problems, limit: min(left, maxNodes))
        defer { left -= reader.nodes }
        do {
            return try reader.documents(in: text)
        } catch let error as YamlError {
            let (line, detail) = describe(error)
            problems.error(SourcePlace(file: file, line: line), "not readable as YAML: \(detail)")
        } catch let excess as Excess {
            problems.error(excess.place, excess.message)
        } catch {
            problems.error(SourcePlace(file: file, line: 0), "not readable as YAML")
        }
        return nil
    }

    private mutating func documents(in text: String) throws -> [YamlNode] {
        try weigh(text)
        // The default resolver compiles a set of regular expressions at first use: text is resolved by YamlScalar.
        let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
        var documents: [YamlNode] = []
        while let root = try parser.nextRoot() {
            let node = try convert(root, path: "", depth: 0)
            if !node.isNull { documents.append(node) }
        }
        return documents
    }

    /// Before the parser builds and compares anything: to compare a key costs as much as all that its aliases stand for.
    private func weigh(_ text: String) throws {
        // Keys are values too, which are not counted later.
        switch YAMLWeight.excess(of: text, values: 2 * limit, depth: Self.maxDepth) {
        case .values(let line)?: throw tooMany(at: SourcePlace(file: file, line: line))
        case .depth(let line)?: throw Self.tooDeep(at: SourcePlace(file: file, line: line))
        case nil: return
        }
    }

    private func tooMany(at place: SourcePlace) -> Excess {
        let isShared = limit < Self.maxNodes
        let what = isShared ? "with the files before it more than \(Self.maxNodesOfSource)" : "more than \(limit)"
        return Excess(place: place, message: "\(what) values once aliases are followed")
    }

    private static func tooDeep(at place: SourcePlace) -> Excess {
        Excess(place: place, message: "nested more than \(maxDepth) levels deep")
    }

    private mutating func convert(_ node: Node, path: String, depth: Int) throws -> YamlNode {
        let place = SourcePlace(file: file, line: node.mark?.line ?? 0, path: path)
        nodes += 1
        guard nodes <= limit else { throw tooMany(at: place) }
        guard depth <= Self.maxDepth else { throw Self.tooDeep(at: place) }
        switch node {
        case .scalar(let scalar):
            return YamlNode(content: .scalar(Self.scalar(scalar)), place: place)
        case .sequence(let sequence):
            var items: [YamlNode] = []
            for (index, item) in sequence.enumerated() {
                items.append(try convert(item, path: "\(path)[\(index)]", depth: depth + 1))
            }
            return YamlNode(content: .list(items), place: place)
        case .mapping(let mapping):
            return YamlNode(content: .map(try entries(of: mapping, path: path, depth: depth)), place: place)
        case .alias:
            throw Excess(place: place, message: "an alias that leads nowhere")
        }
    }

    private mutating func entries(of mapping: Node.Mapping, path: String, depth: Int) throws -> [YamlEntry] {
        var entries: [YamlEntry] = []
        var merged: [YamlEntry] = []
        for (key, value) in mapping {
            let keyPlace = SourcePlace(file: file, line: key.mark?.line ?? 0, path: path)
            guard case .scalar(let name) = key else {
                throw Excess(place: keyPlace, message: "a key that is not a plain word")
            }
            if name.string == "<<", name.style == .plain {
                merged += try mergedEntries(of: value, path: path, depth: depth)
                continue
            }
            let place = SourcePlace(file: file, line: keyPlace.line, path: Self.join(path, name.string))
            let child = try convert(value, path: place.path, depth: depth + 1)
            entries.append(YamlEntry(key: name.string, place: place, value: child))
        }
        // Keys written here win over merged ones, and among those the first.
        var keys = Set(entries.map(\.key))
        for entry in merged where keys.insert(entry.key).inserted { entries.append(entry) }
        return entries
    }

    private mutating func mergedEntries(of value: Node, path: String, depth: Int) throws -> [YamlEntry] {
        let converted = try convert(value, path: path, depth: depth + 1)
        if let entries = converted.entries { return entries }
        if let items = converted.items { return items.flatMap { $0.entries ?? [] } }
        throw Excess(place: converted.place, message: "a merge key (<<) takes a mapping or a list of them")
    }

    private static func scalar(_ scalar: Node.Scalar) -> YamlScalar {
        let isTaggedText = scalar.tag.description == "tag:yaml.org,2002:str"
        return YamlScalar(text: scalar.string, isPlain: scalar.style == .plain && !isTaggedText)
    }

    private static func join(_ path: String, _ key: String) -> String {
        let isPlainWord = key.utf8.allSatisfy { $0 > 0x20 && !".[]\"".utf8.contains($0) }
        let part = isPlainWord && !key.isEmpty ? key : "\"\(key)\""
        return path.isEmpty ? part : "\(path).\(part)"
    }

    private static func describe(_ error: YamlError) -> (line: Int, detail: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (mark.line, problem)
        case .reader(let problem, _, _, _): (0, problem)
        case .duplicatedKeysInMapping(let keys, let context):
            (context.mark.line, "the key \(keys.joined(separator: ", ")) is given twice in one mapping")
        default: (0, "the parser gave up")
        }
    }

    /// Past one of the bounds, or a form that is not taken.
    private struct Excess: Error {
        var place: SourcePlace
        var message: String
    }
}
