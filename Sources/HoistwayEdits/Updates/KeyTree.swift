/// The keys of many updates as one tree, so that a file is read once for all of them.
struct KeyTree {
    struct Node {
        /// The key to this node, in the form for messages; empty at the root.
        var path: String
        var part: KeyPath.Part?
        var children: [KeyPath.Part: Int] = [:]
        /// Numbers of the updates whose key ends here, in their order.
        var updates: [Int] = []
    }

    /// The first is the root.
    private(set) var nodes: [Node] = [Node(path: "", part: nil)]

    init(_ keys: [KeyPath]) {
        for (number, key) in keys.enumerated() {
            var place = 0
            for part in key.parts {
                if let child = nodes[place].children[part] {
                    place = child
                    continue
                }
                let parent = nodes[place].path
                nodes.append(Node(path: parent.isEmpty ? part.text : "\(parent).\(part.text)", part: part))
                nodes[place].children[part] = nodes.count - 1
                place = nodes.count - 1
            }
            nodes[place].updates.append(number)
        }
    }

    /// The children of some nodes, in the order in which they were added.
    func children(of places: [Int]) -> [Int] {
        places.flatMap { nodes[$0].children.values }.sorted()
    }

    /// The children of some nodes whose part has this text.
    func children(of places: [Int], named text: String) -> [Int] {
        places.compactMap { nodes[$0].children[KeyPath.Part(text: text, isKey: false)] }
    }

    /// The updates at a node and below it.
    func updates(from place: Int) -> [Int] {
        var open = [place]
        var found: [Int] = []
        while let next = open.popLast() {
            found += nodes[next].updates
            open += nodes[next].children.values
        }
        return found
    }
}
