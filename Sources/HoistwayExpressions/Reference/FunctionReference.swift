/// The documentation of functions for users.
///
/// The page Functions is generated from it, and a test evaluates every example.
package enum FunctionReference {
    package struct Row: Sendable {
        package let name: String
        /// The syntax, with its arguments.
        package let form: String
        package let meaning: String
        package let example: String
        /// As JSON; `nil`: the example needs a promotion, or the current time.
        package let result: String?

        init(_ form: String, _ meaning: String, _ example: String, _ result: String?) {
            name = String(form.prefix { $0 != "(" })
            self.form = form
            self.meaning = meaning
            self.example = example
            self.result = result
        }
    }

    package struct Group: Sendable {
        package let title: String
        package let rows: [Row]
    }

    package static let groups: [Group] = [
        Group(title: "Predicates", rows: predicates), Group(title: "Strings", rows: strings),
        Group(title: "Lists and maps", rows: lists), Group(title: "Numbers", rows: numbers),
        Group(title: "Conversions", rows: conversions), Group(title: "Times", rows: times),
        Group(title: "Templates", rows: templates), Group(title: "Kargo", rows: kargo),
    ]

    /// The tables of the page, as Markdown.
    package static var markdown: String {
        groups.map { group in
            let rows = group.rows.map { row in
                let result = row.result.map { "`\(escaped($0))`" } ?? ""
                return "| `\(escaped(row.form))` | \(row.meaning) | `\(escaped(row.example))` | \(result) |"
            }
            return "### \(group.title)\n\n| Function | Meaning | Example | Result |\n|---|---|---|---|\n"
                + rows.joined(separator: "\n") + "\n"
        }
        .joined(separator: "\n")
    }

    private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
