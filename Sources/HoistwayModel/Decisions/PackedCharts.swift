/// Packed charts in a chart's folder `charts`: another version of one is another file.
enum PackedCharts {
    /// The deleted files without those in whose place another version of the same chart has come: as an edit, that is one
    /// change, and nothing is lost.
    static func deletions(_ deleted: [GitPath], besides changed: [GitPath]) -> [GitPath] {
        guard !deleted.isEmpty else { return [] }
        let come = Set(changed.compactMap { place(of: $0) })
        return deleted.filter { path in place(of: path).map { !come.contains($0) } ?? true }
    }

    /// `…/charts/NAME` of `…/charts/NAME-VERSION.tgz`; `nil` for every other file.
    private static func place(of path: GitPath) -> String? {
        guard let text = path.text, text.hasSuffix(".tgz") else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 1, parts[parts.count - 2] == "charts", let file = parts.last else { return nil }
        // A version begins with a digit, perhaps behind a `v`; so may a word of the name, but not the first one.
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
