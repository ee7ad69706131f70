/// Packed charts in a chart's folder `charts`: each version of a chart has its own file.
enum PackedCharts {
    /// The deleted files without those that a new version of the same chart replaces.
    ///
    /// Such a replacement is one change, and nothing is lost.
    static func deletions(_ deleted: [GitPath], besides changed: [GitPath]) -> [GitPath] {
        guard !deleted.isEmpty else { return [] }
        let come = Set(changed.compactMap { place(of: $0) })
        return deleted.filter { path in place(of: path).map { !come.contains($0) } ?? true }
    }

    /// `…/charts/NAME` for `…/charts/NAME-VERSION.tgz`; `nil` for any other file.
    private static func place(of path: GitPath) -> String? {
        guard let text = path.text, text.hasSuffix(".tgz") else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 1, parts[parts.count - 2] == "charts", let file = parts.last else { return nil }
        // A version begins with a digit, perhaps after a `v`; a later word of the name may begin so too, but not the
        // first.
        var name: Substring?
        for index in file.indices where file[index] == "-" {
            let rest = file[file.index(after: index)...].dropLast(".tgz".count)
            if Semver(loose: String(rest)) != nil {
                name = file[..<index]
                break
            }
        }
        return name.map { parts.dropLast().joined(separator: "/") + "/" + $0 }
    }
}
