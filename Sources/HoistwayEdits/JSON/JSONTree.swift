/// A JSON file with the place of each value; values can be added and replaced.
struct JSONTree {
    enum Content: Equatable {
        case null
        case bool(Bool)
        /// As the file writes it.
        case number(String)
        case string(String)
        case object([Member])
        case array([Int])
    }

    struct Member: Equatable {
        var key: String
        /// The place in the file, with its quotes; `nil` for a key that was added.
        var keyRange: Range<Int>?
        /// The number of the value's node.
        var value: Int
    }

    struct Node {
        var content: Content
        /// The place in the file; `nil` for a value that was added.
        var range: Range<Int>?
        /// The content in the file, where it was changed.
        var original: Content?
        /// For a collection: how many of its children are in the file.
        var writtenCount = 0
    }

    var nodes: [Node] = []
    var root = 0
    /// Members of large objects by their key; an index is made when it is first needed.
    private var indexes: [Int: [KeyPath.Part: [Int]]] = [:]

    /// - Parameters:
    ///   - allowsNothing: whether a file without a value counts as an empty object that is not in the file.
    init(_ source: SourceText, allowsNothing: Bool = false) throws(UpdateFailure) {
        var reader = JSONReader(source)
        if allowsNothing, reader.isEmpty {
            nodes = [Node(content: .null)]
            return
        }
        (nodes, root) = try reader.document()
    }

    /// The positions of an object's members with a key, in their order.
    mutating func members(of node: Int, named part: KeyPath.Part) -> [Int] {
        guard case .object(let members) = nodes[node].content else { return [] }
        if members.count < 16 {
            return members.indices.filter { members[$0].key.utf8.elementsEqual(part.text.utf8) }
        }
        if let index = indexes[node] { return index[part] ?? [] }
        var index: [KeyPath.Part: [Int]] = [:]
        for (number, member) in members.enumerated() {
            index[KeyPath.Part(text: member.key, isKey: false), default: []].append(number)
        }
        indexes[node] = index
        return index[part] ?? []
    }

    mutating func append(_ member: Member, to node: Int) {
        guard case .object(var members) = nodes[node].content else { return }
        nodes[node].content = .null
        members.append(member)
        indexes[node]?[KeyPath.Part(text: member.key, isKey: false), default: []].append(members.count - 1)
        nodes[node].content = .object(members)
    }

    mutating func append(item: Int, to node: Int) {
        guard case .array(var items) = nodes[node].content else { return }
        nodes[node].content = .null
        items.append(item)
        nodes[node].content = .array(items)
    }

    /// Gives a value a new content, no part of which is in the file.
    mutating func replace(_ node: Int, with content: Content) {
        if nodes[node].original == nil { nodes[node].original = nodes[node].content }
        nodes[node].content = content
        nodes[node].writtenCount = 0
        indexes[node] = nil
    }

    mutating func make(_ content: Content) -> Int {
        nodes.append(Node(content: content))
        return nodes.count - 1
    }
}
