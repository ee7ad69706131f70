import HoistwayModel

/// Finds the operation for a path and a method.
///
/// If two paths match, a fixed part comes before a parameter: `promotions/retry` is never a promotion.
struct OperationRouter: Sendable {
    enum Match: Sendable {
        case found(Operation, [String: String])
        /// The path exists; it accepts these methods.
        case wrongMethod([String])
        case none
    }

    private struct Node: Sendable {
        var fixed: [String: Node] = [:]
        var named: [Node] = []
        var operations: [Operation] = []

        mutating func add(_ operation: Operation, at parts: ArraySlice<Substring>) {
            guard let part = parts.first else { return operations.append(operation) }
            if part.hasPrefix("{") {
                if named.isEmpty { named.append(Node()) }
                named[0].add(operation, at: parts.dropFirst())
            } else {
                fixed[String(part), default: Node()].add(operation, at: parts.dropFirst())
            }
        }

        /// The node of a path, with the values of its parameters in order.
        func find(_ parts: ArraySlice<String>, _ values: [String]) -> (Node, [String])? {
            guard let part = parts.first else { return operations.isEmpty ? nil : (self, values) }
            if let found = fixed[part]?.find(parts.dropFirst(), values) { return found }
            guard !part.isEmpty else { return nil }
            return named.first?.find(parts.dropFirst(), values + [part])
        }
    }

    private var root = Node()

    init(_ operations: [Operation]) {
        for operation in operations { root.add(operation, at: operation.path.split(separator: "/")[...]) }
    }

    /// - Parameter path: below `/api/v1/`, percent-encoded.
    func match(method: String, path: String) -> Match {
        var parts: [String] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            guard let text = PercentEncoding.decoded(part) else { return .none }
            parts.append(text)
        }
        guard let (node, values) = root.find(parts[...], []) else { return .none }
        guard let operation = node.operations.first(where: { $0.method.rawValue == method }) else {
            return .wrongMethod(node.operations.map(\.method.rawValue).sorted())
        }
        let names = operation.pathParameters.map(\.name)
        return .found(operation, Dictionary(zip(names, values)) { first, _ in first })
    }
}
