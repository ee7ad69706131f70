import HoistwayModel

/// Finds what must not be written again: bad names, duplicate names, and entries out of order.
///
/// A tree that a person or a program has made by hand may have them. A change of another file of that folder would
/// otherwise copy them to a stage's branch.
enum TreeCheck {
    struct Problem {
        var name: GitPath
        var reason: String
    }

    static func problem(in tree: UnsafeRawBufferPointer) throws(TreeBytes.Malformed) -> Problem? {
        var scan = TreeScan(tree)
        var before: TreeScan.Place?
        // Files whose names are the beginning of the present name: a folder of the same name comes after `name.…`.
        var files: [Range<Int>] = []
        while let place = try scan.next() {
            let name = UnsafeRawBufferPointer(rebasing: tree[place.name])
            if !TreeName.isPlain(name) {
                let path = GitPath(bytes: name)
                if let reason = TreeName.problem(with: path) { return Problem(name: path, reason: reason) }
            }
            if let before {
                let order = TreeOrder.compare(scan.name(at: before), scan.name(at: place))
                if order > 0 { return Problem(name: GitPath(bytes: name), reason: "it is not in Git's order") }
                if order == 0 { return Problem(name: GitPath(bytes: name), reason: "it stands there twice") }
            }
            while let file = files.last, !name.starts(with: tree[file]) { files.removeLast() }
            if let file = files.last, file.count == name.count {
                return Problem(name: GitPath(bytes: name), reason: "it stands there twice")
            }
            if !place.isTree { files.append(place.name) }
            before = place
        }
        return nil
    }
}
