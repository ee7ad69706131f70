import ArgumentParser

/// For a list of which the event stream reports no changes: `--watch` says so.
struct Unwatched: ParsableArguments {
    @Flag(name: .shortAndLong, help: .hidden)
    var watch = false

    func validate() throws {
        guard !watch else {
            throw ValidationError(
                "--watch does not go with this list: the server sends no events about it"
            )
        }
    }
}
