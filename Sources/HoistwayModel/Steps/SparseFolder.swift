/// An entry of `sparse` of a checkout: a folder of the repository.
package enum SparseFolder {
    /// Why the text cannot be a folder in `sparse`, as the end of a sentence; `nil`: it can.
    package static func problem(with text: String) -> String? {
        if text.isEmpty { return "names no folder" }
        if text.hasPrefix("/") { return "is an absolute path" }
        if GitPath(text).names.first == ".." { return "leads out of the repository" }
        if text.contains(where: { "*?[".contains($0) }) { return "is a pattern; it has to be a folder" }
        return nil
    }
}
