extension JSONTree.Content {
    init(_ value: ScalarValue) {
        switch value {
        case .string(let text): self = .string(text)
        case .bool(let flag): self = .bool(flag)
        case .number: self = .number(value.text)
        }
    }

    var isCollection: Bool {
        switch self {
        case .object, .array: true
        default: false
        }
    }

    /// The text of a string without its quotes; any other value as it is written.
    func text(_ source: SourceText, _ range: Range<Int>?) -> String? {
        if case .string(let text) = self { return text }
        return range.map { String(decoding: source.bytes[$0], as: UTF8.self) }
    }
}

extension JSONTree.Node {
    /// Whether a replaced scalar has its old value; numbers are compared by value.
    var hasOriginalValue: Bool {
        guard let original, range != nil else { return original == nil }
        return content.isSameScalar(original)
    }
}

extension JSONTree.Content {
    func isSameScalar(_ other: JSONTree.Content) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)):
            left == right || (Double(left) == Double(right) && Double(left) != nil)
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        default: false
        }
    }
}

extension JSONTree {
    /// Whether a value, with its changes, equals a value of another tree.
    func isSame(_ node: Int, as other: Int, of tree: JSONTree) -> Bool {
        switch (nodes[node].content, tree.nodes[other].content) {
        case (.object(let left), .object(let right)):
            left.count == right.count
                && zip(left, right).allSatisfy { left, right in
                    left.key.utf8.elementsEqual(right.key.utf8) && isSame(left.value, as: right.value, of: tree)
                }
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { isSame($0, as: $1, of: tree) }
        case (let left, let right): left.isSameScalar(right)
        }
    }
}
