import HoistwayModel

/// A table, and the lines below it.
struct Sheet {
    var table: Table
    /// The text in place of a table without rows.
    var empty: String
    /// One line each, about single rows.
    var notes: [String] = []

    func text(_ form: Table.Form = Table.Form()) -> String {
        let lines = notes.map { note in
            let line = SafeText.line(note)
            return form.isWide ? line : form.screen.columns.map { DisplayWidth.clipped(line, to: $0) } ?? line
        }
        return ([table.text(ifEmpty: empty, form)] + lines).joined(separator: "\n")
    }
}

/// The time and the scope of a person's look at a list.
struct Look: Sendable {
    var now: Timestamp
    /// Names are as short as may be: a terminal has few columns.
    var isShort = false
    /// The only project that is shown.
    var project: String?

    /// `project/name`, and on a terminal that shows one project only, `name`.
    func name(_ project: String, _ name: String) -> String {
        isShort && project == self.project ? name : "\(project)/\(name)"
    }
}
