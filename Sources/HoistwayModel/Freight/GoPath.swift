/// Go's `path.Join`, which Kargo applies to URLs of charts: <https://pkg.go.dev/path#Join>.
enum GoPath {
    /// Empty elements are left out; the result is cleaned, so that `https://host` becomes `https:/host`.
    static func join(_ elements: String...) -> String {
        let present = elements.filter { !$0.isEmpty }
        return present.isEmpty ? "" : clean(present.joined(separator: "/"))
    }

    /// Joins repeated slashes, removes `.`, and removes `..` with the element before it.
    private static func clean(_ path: String) -> String {
        let isRooted = path.utf8.first == UInt8(ascii: "/")
        var kept: [Substring.UTF8View] = []
        for element in path.utf8.split(separator: UInt8(ascii: "/")) {
            switch String(Substring(element)) {
            case ".": continue
            case "..":
                if let last = kept.last, String(Substring(last)) != ".." {
                    kept.removeLast()
                } else if !isRooted {
                    kept.append(element)
                }
            default: kept.append(element)
            }
        }
        let joined = kept.map { String(Substring($0)) }.joined(separator: "/")
        if isRooted { return "/" + joined }
        return joined.isEmpty ? "." : joined
    }
}
