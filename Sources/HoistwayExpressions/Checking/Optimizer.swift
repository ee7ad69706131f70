/// Rewrites a checked tree like expr-lang's optimizer.
///
/// This is necessary since the rewritings change results: `x && true` becomes `x`, `x in ["a"]` looks up a string,
/// `filter(…)[0]` stops at the first match.
///
/// A node is rewritten in place, so that both users of a shared node get the new node.
struct Optimizer {
    var tree: SyntaxTree
    var natures: [Nature]
    let source: String

    static func optimize(
        _ tree: SyntaxTree,
        _ natures: [Nature],
        source: String
    ) throws(ExpressionError) -> (SyntaxTree, [Nature]) {
        var optimizer = Optimizer(tree: tree, natures: natures, source: source)
        try optimizer.run()
        return (optimizer.tree, optimizer.natures)
    }

    private mutating func run() throws(ExpressionError) {
        for id in order { lookUpInConstant(id) }
        for _ in 0...1000 {
            var changed = false
            for id in order { changed = try fold(id) || changed }
            if !changed { break }
        }
        for id in order { compareWithRange(id) }
        for id in order { mapWhileFiltering(id) }
        for id in order { countInsteadOfFiltering(id) }
        for id in order { findFromTheEnd(id) }
        for id in order { findFromTheStart(id) }
        for id in order { combinePredicates(id) }
        for id in order { sumRange(id) }
        for id in order { sumList(id) }
        for id in order { sumMapped(id) }
        for id in order { stopCounting(id) }
    }

    /// The nodes in use, each after its parts.
    private var order: [NodeID] {
        var order: [NodeID] = []
        var isSeen = Array(repeating: false, count: tree.count)
        func visit(_ id: NodeID) {
            guard !isSeen[Int(id.index)] else { return }
            isSeen[Int(id.index)] = true
            // The mapping that a rewritten `filter` applies to its matches is not visited again.
            if case .builtin(let call) = tree[id] {
                for part in call.arguments { visit(part) }
            } else {
                for part in tree[id].parts { visit(part) }
            }
            order.append(id)
        }
        visit(tree.root)
        return order
    }

    func error(_ problem: String, at id: NodeID) -> ExpressionError {
        ExpressionError(.compile, problem, in: source, at: tree.range(of: id))
    }

    func nature(of id: NodeID) -> Nature { natures[Int(id.index)] }

    mutating func setNature(_ nature: Nature, of id: NodeID) { natures[Int(id.index)] = nature }

    /// Adds a node that replaces a part of another one.
    mutating func add(_ node: Node, like id: NodeID, _ nature: Nature = .unknown) -> NodeID {
        natures.append(nature)
        let depth = (node.parts.map(tree.depth).max() ?? 0) + 1
        return tree.add(node, at: tree.range(of: id), depth: depth)
    }

    func builtin(_ id: NodeID, _ name: String) -> Node.BuiltinCall? {
        guard case .builtin(let call) = tree[id], call.name == name else { return nil }
        return call
    }

    func integer(_ id: NodeID) -> Int? {
        guard case .integer(let number) = tree[id] else { return nil }
        return number
    }

    func body(ofPredicate id: NodeID) -> NodeID? {
        guard case .predicate(let body) = tree[id] else { return nil }
        return body
    }

    // MARK: `in`

    private mutating func lookUpInConstant(_ id: NodeID) {
        guard case .binary(.inside, let left, let right) = tree[id], case .array(let items) = tree[right],
            !items.isEmpty
        else { return }
        let numbers = items.compactMap(integer)
        if numbers.count == items.count, nature(of: left).kind == .int {
            tree[id] = .lookup(left, .integers(Set(numbers)))
            return
        }
        var texts: Set<ByteText> = []
        for item in items {
            guard case .text(let text) = tree[item] else { return }
            texts.insert(text)
        }
        tree[id] = .lookup(left, .texts(texts))
    }

    private mutating func compareWithRange(_ id: NodeID) {
        guard case .binary(.inside, let left, let right) = tree[id], nature(of: left).kind == .int,
            case .binary(.range, let from, let to) = tree[right], integer(from) != nil, integer(to) != nil
        else { return }
        let low = add(.binary(.greaterOrEqual, left, from), like: id)
        let high = add(.binary(.lessOrEqual, left, to), like: id)
        tree[id] = .binary(.and, low, high)
    }
}
