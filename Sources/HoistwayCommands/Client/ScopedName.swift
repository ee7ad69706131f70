/// A name as people write it: `project/name`, or `name` alone.
struct ScopedName: Equatable {
    /// `nil`: any.
    var project: String?
    var name: String

    /// - Parameter project: the one that is meant where the text names none.
    init(_ text: String, in project: String?) {
        guard let slash = text.firstIndex(of: "/") else {
            (self.project, name) = (project, text)
            return
        }
        self.project = String(text[..<slash])
        name = String(text[text.index(after: slash)...])
    }
}
