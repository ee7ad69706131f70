/// A JSON file with the place of each of its values; values can be added to it and replaced.
struct JSONTree {
    enum Content: Equatable {
        case null
        case bool(Bool)
        /// As it is written.
        case number(String)
        case string(String)
        case object([Member])
        case array([Int])
    }

    struct Member: Equatable {
        var key: String
        /// In the file, with its quotes; `nil` for one that was added.
        var keyRange: Range<Int>?
        /// Number of the value.
        var value: Int
    }

    struct Node {
        var content: Content
        /// In the file; `nil` for one that was added.
        var range: Range<Int>?
        /// What it was in the file, where it is another now.
        var original: Content?
        /// Of a collection: how many of its children the file has.
        var writtenCount = 0
    }

    var nodes: [Node] = []
    var root = 0
    /// Members of large objects by their key, found once they are asked for.
    private var indexes: [Int: [KeyPath.Part: [Int]]] = [:]

    /// - Parameters:
    ///   - allowsNothing: a file without a value is read as one with an empty object that the file does not have.
    init(_ source: SourceText, allowsNothing: Bool = false) throws(UpdateFailure) {
        var reader = JSONReader(source)
        if allowsNothing, reader.isEmpty {
            nodes = [Node(content: .null)]
            return
        }
        (nodes, root) = try reader.document()
    }

    /// The places of an object's members that have a key, in their order.
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

    /// Gives a value another content, of which the file has nothing.
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
