/// The index of a node in its tree.
struct NodeID: Hashable, Sendable {
    var index: Int32
}

/// One node of an expression; its parts are indexes in the same tree.
enum Node: Sendable {
    case null
    case name(String)
    case integer(Int)
    case float(Double)
    case bool(Bool)
    case text(ByteText)
    case bytes([UInt8])
    /// Made by folding: a list of literals.
    case constant(Value)
    case unary(UnaryOperator, NodeID)
    case binary(BinaryOperator, NodeID, NodeID)
    /// Limits the effect of the `?.` inside.
    case chain(NodeID)
    case member(Member)
    case slice(NodeID, from: NodeID?, to: NodeID?)
    case call(NodeID, [NodeID])
    case builtin(BuiltinCall)
    case predicate(NodeID)
    /// `#` (empty), `#index` or `#acc`.
    case pointer(String)
    case variable(String, value: NodeID, body: NodeID)
    case sequence([NodeID])
    case conditional(NodeID, NodeID, NodeID)
    case array([NodeID])
    case map([MapEntry])
    /// Made by the optimizer: `in` with a list of literals.
    case lookup(NodeID, Literals)

    enum Literals: Sendable, Equatable {
        case integers(Set<Int>)
        case texts(Set<ByteText>)
    }

    struct Member: Sendable {
        var base: NodeID
        var property: NodeID
        /// Whether it is written `?.`.
        var isOptional: Bool
        var isMethod = false
    }

    struct BuiltinCall: Sendable {
        var name: String
        var arguments: [NodeID]
        /// Set by the optimizer: the expression that `find` and `filter` apply to each match.
        var mapping: NodeID?
        /// Set by the optimizer: `find` fails without a match, as `filter(…)[0]` does.
        var failsWhenAbsent = false
        /// Set by the optimizer: `count` stops at this number.
        var threshold: Int?
    }

    struct MapEntry: Sendable {
        var key: NodeID
        var value: NodeID
    }
}

enum UnaryOperator: Sendable {
    case not, minus, plus
}

enum BinaryOperator: String, Sendable {
    case or = "||"
    case and = "&&"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case greater = ">"
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case inside = "in"
    case matches, contains, startsWith, endsWith
    case range = ".."
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
    case power = "**"
    case coalesce = "??"

    var isComparison: Bool {
        switch self {
        case .less, .greater, .lessOrEqual, .greaterOrEqual: true
        default: false
        }
    }

    var isBoolean: Bool { self == .and || self == .or }

    /// The operator's precedence; a higher one binds more tightly.
    var precedence: Int {
        switch self {
        case .or: 10
        case .and: 15
        case .equal, .notEqual, .less, .greater, .lessOrEqual, .greaterOrEqual, .inside, .matches, .contains,
            .startsWith, .endsWith:
            20
        case .range: 25
        case .add, .subtract: 30
        case .multiply, .divide, .modulo: 60
        case .power: 100
        case .coalesce: 500
        }
    }

    init?(_ text: ByteText) {
        switch text.string {
        case "or": self = .or
        case "and": self = .and
        case "^": self = .power
        case let word:
            guard let known = BinaryOperator(rawValue: word) else { return nil }
            self = known
        }
    }
}

/// An expression's nodes in one list, so that even deep nesting cannot overflow the stack on deallocation.
struct SyntaxTree: Sendable {
    private(set) var nodes: [Node] = []
    private(set) var ranges: [Range<Int>] = []
    /// The depth of each node's parts.
    private(set) var depths: [Int32] = []
    var root = NodeID(index: 0)

    /// Largest number of nodes; expr-lang's own limit.
    static let maxNodes = 10_000
    /// Deepest nesting of nodes; expr-lang has no such limit.
    static let maxDepth = 200

    subscript(id: NodeID) -> Node {
        get { nodes[Int(id.index)] }
        set { nodes[Int(id.index)] = newValue }
    }

    func range(of id: NodeID) -> Range<Int> { ranges[Int(id.index)] }

    func depth(of id: NodeID) -> Int32 { depths[Int(id.index)] }

    var count: Int { nodes.count }

    mutating func add(_ node: Node, at range: Range<Int>, depth: Int32) -> NodeID {
        nodes.append(node)
        ranges.append(range)
        depths.append(depth)
        return NodeID(index: Int32(nodes.count - 1))
    }
}

extension Node {
    /// The parts, in the order in which they are evaluated or checked.
    var parts: [NodeID] {
        switch self {
        case .null, .name, .integer, .float, .bool, .text, .bytes, .constant, .pointer: []
        case .unary(_, let part), .chain(let part), .predicate(let part), .lookup(let part, _): [part]
        case .binary(_, let left, let right): [left, right]
        case .member(let member): [member.base, member.property]
        case .slice(let base, let from, let to): [base] + [from, to].compactMap(\.self)
        case .call(let callee, let arguments): [callee] + arguments
        case .builtin(let call): call.arguments + [call.mapping].compactMap(\.self)
        case .variable(_, let value, let body): [value, body]
        case .sequence(let parts), .array(let parts): parts
        case .conditional(let condition, let yes, let no): [condition, yes, no]
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        }
    }
}
