import ArgumentParser

/// What every list takes.
struct ListOptions: ParsableArguments {
    @Option(help: "How many at most.")
    var limit: Int?

    @Option(help: "Go on behind a list that was cut: the text after `more: --after`.")
    var after: String?

    @Option(
        // `-name` is a value too.
        parsing: .unconditional,
        help: "Sort by this field of the JSON, as name or contents[0].since; a - before it reverses the order."
    )
    var sortBy: String?

    @Flag(help: "Print neither the heading nor lines below the table.")
    var noHeaders = false

    @Flag(name: .shortAndLong, help: "Print each change, until Ctrl-C.")
    var watch = false

    func validate() throws {
        guard !watch || after == nil && sortBy == nil else {
            throw ValidationError("--watch does not go with --after and --sort-by")
        }
    }
}
