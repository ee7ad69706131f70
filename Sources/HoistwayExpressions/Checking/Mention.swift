/// A name in an expression: `check` compares names with the existing objects before anything runs.
package struct Mention: Sendable, Equatable {
    package enum Subject: Sendable, Equatable {
        /// A variable, with the fields and keys that the expression reads from it, as far as they are literal.
        case variable([String])
        /// A call with its arguments; `nil` for an argument that is not a string, or whose value is not known.
        case call(String, arguments: [String?])
    }

    package var subject: Subject
    /// In bytes of the expression.
    package var range: Range<Int>
    /// Whether the expression handles nil: with `?.`, `??` or `get`.
    package var mayBeMissing: Bool
    /// Whether it is only sometimes evaluated, such as a side of `a ? b : c`.
    package var isConditional = false
    /// The field or key that is read from a call's result, where it is literal.
    package var member: String?
}

extension Expression {
    /// All mentions in the order of the expression.
    package var mentions: [Mention] { mentions(from: tree.root) { _ in nil } }

    /// Mentions in a node and its parts, without the parts that are never evaluated.
    ///
    /// - Parameters:
    ///   - decide: the value of a condition, where it is known.
    ///   - name: the text of a call's argument, where it is known.
    func mentions(
        from node: NodeID,
        deciding decide: @escaping (NodeID) -> Bool?,
        naming name: @escaping (NodeID) -> String? = { _ in nil }
    ) -> [Mention] {
        var collector = MentionCollector(tree: tree, decide: decide, name: name)
        collector.visit(node)
        return collector.mentions.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// Functions that neither the language nor the host has: a call of one fails.
    package func unknownFunctions(_ known: Set<String>) -> [Mention] {
        mentions.filter { mention in
            guard case .call(let name, _) = mention.subject else { return false }
            return !known.contains(name) && !BuiltinTable.names.contains(name)
        }
    }

    /// Whether its result depends only on those variables, at any time.
    package func isConstant(given variables: Set<String>) -> Bool {
        mentions.allSatisfy { mention in
            switch mention.subject {
            case .variable(let path): path.first.map(variables.contains) ?? false
            case .call(let name, _): BuiltinTable.names.contains(name) && name != "now"
            }
        }
    }
}

private struct MentionCollector {
    let tree: SyntaxTree
    let decide: (NodeID) -> Bool?
    let name: (NodeID) -> String?
    var mentions: [Mention] = []
    private var isSeen: Set<NodeID> = []
    private var locals: [String] = []
    /// The number of only sometimes evaluated parts around the visited node.
    private var conditions = 0
    /// The member that is read from the call that is visited next.
    private var member: String?

    init(tree: SyntaxTree, decide: @escaping (NodeID) -> Bool?, name: @escaping (NodeID) -> String?) {
        self.tree = tree
        self.decide = decide
        self.name = name
    }

    mutating func visit(_ id: NodeID, mayBeMissing: Bool = false) {
        guard isSeen.insert(id).inserted else { return }
        if let path = path(of: id) {
            let isOptional = mayBeMissing || path.isOptional
            add(.variable(path.names), path.root, isOptional)
            for part in path.others { visit(part) }
            return
        }
        let member = member
        self.member = nil
        switch tree[id] {
        case .member(let read):
            if case .call = tree[read.base] { self.member = text(read.property) }
            visit(read.base, mayBeMissing: mayBeMissing || read.isOptional)
            self.member = nil
            visit(read.property, mayBeMissing: mayBeMissing)
        case .call(let callee, let arguments):
            if case .name(let function) = tree[callee] {
                add(.call(function, arguments: arguments.map { text($0) ?? name($0) }), callee, mayBeMissing)
                mentions[mentions.count - 1].member = member
            } else {
                visit(callee)
            }
            for argument in arguments { visit(argument) }
        case .builtin(let call):
            add(.call(call.name, arguments: call.arguments.map(text)), id, mayBeMissing)
            for part in tree[id].parts { visit(part, mayBeMissing: call.name == "get" && part == call.arguments.first) }
        case .binary(.coalesce, let left, let right):
            visit(left, mayBeMissing: true)
            visitConditionally([right], mayBeMissing)
        case .binary(let operation, let left, let right) where operation.isBoolean:
            visit(left, mayBeMissing: mayBeMissing)
            switch decide(left) {
            case nil: visitConditionally([right], mayBeMissing)
            case (operation == .and)?: visit(right, mayBeMissing: mayBeMissing)
            default: break
            }
        case .conditional(let condition, let yes, let no):
            visit(condition)
            switch decide(condition) {
            case nil: visitConditionally([yes, no], mayBeMissing)
            case true?: visit(yes, mayBeMissing: mayBeMissing)
            case false?: visit(no, mayBeMissing: mayBeMissing)
            }
        case .predicate(let body): visitConditionally([body], mayBeMissing)
        case .variable(let name, let value, let body):
            visit(value)
            locals.append(name)
            visit(body)
            locals.removeLast()
        default: for part in tree[id].parts { visit(part, mayBeMissing: mayBeMissing) }
        }
    }

    private mutating func visitConditionally(_ parts: [NodeID], _ mayBeMissing: Bool) {
        conditions += 1
        for part in parts { visit(part, mayBeMissing: mayBeMissing) }
        conditions -= 1
    }

    private mutating func add(_ subject: Mention.Subject, _ id: NodeID, _ mayBeMissing: Bool) {
        mentions.append(
            Mention(
                subject: subject,
                range: tree.range(of: id),
                mayBeMissing: mayBeMissing,
                isConditional: conditions > 0
            )
        )
    }

    private func text(_ id: NodeID) -> String? {
        guard case .text(let text) = tree[id] else { return nil }
        return text.string
    }

    private struct Path {
        var root: NodeID
        var names: [String]
        /// Parts that are separate expressions, such as an index.
        var others: [NodeID] = []
        var isOptional = false
        /// Whether an earlier part was not a text: the names after it are not known.
        var isCut = false
    }

    private func path(of id: NodeID) -> Path? {
        switch tree[id] {
        case .name(let name) where name == "$env": return Path(root: id, names: [])
        case .name(let name): return locals.contains(name) ? nil : Path(root: id, names: [name])
        case .chain(let inner): return path(of: inner)
        case .member(let member) where !member.isMethod:
            guard var path = path(of: member.base) else { return nil }
            if let name = text(member.property), !path.isCut {
                path.names.append(name)
            } else {
                path.isCut = true
                if text(member.property) == nil { path.others.append(member.property) }
            }
            path.isOptional = path.isOptional || member.isOptional
            return path
        default: return nil
        }
    }
}
