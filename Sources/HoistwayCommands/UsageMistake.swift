import ArgumentParser
import HoistwaySettings

/// A command line that the parser refused: one line that says what is wrong, and one that says how to go on.
///
/// The parser would print the usage of the whole command, or its whole help.
struct UsageMistake: Equatable {
    var message: String
    var hint: String
}

extension UsageMistake {
    init(_ error: any Error, arguments: [String]) {
        let called = CalledCommand(arguments)
        let help = "see `\(called.path.joined(separator: " ")) --help`"
        // `unknown option '--wiat'. Did you mean '--wait'?`
        let lines = Hoistway.message(for: error).split(separator: "\n")
        // `Please provide one of the following:`, and a line `  - stage` for each.
        let values = lines.dropFirst().filter { $0.hasPrefix("  - ") }.map { String($0.dropFirst(4)) }
        let said = (lines.first.map(String.init) ?? "") + (values.isEmpty ? "" : " " + values.joined(separator: ", "))
        let parts = said.split(separator: ". Did you mean ", maxSplits: 1)
        self.init(
            message: Self.sentence(parts.first.map(String.init) ?? "the command line makes no sense"),
            hint: parts.count == 2 ? "did you mean \(parts[1]) Otherwise \(help)" : help
        )
        guard let word = called.unknownCommand else { return }
        let command = "\(called.path.joined(separator: " ")) \(word)"
        message = "there is no command `\(command)`"
        if let near = Spelling.nearest(to: word, among: called.subcommands) {
            hint = "did you mean `\((called.path + [near]).joined(separator: " "))`? Otherwise \(help)"
        }
    }

    /// Begins with a small letter, as all errors do, and has no full stop.
    private static func sentence(_ text: String) -> String {
        let bare = text.hasSuffix(".") ? text.dropLast() : text[...]
        return bare.prefix(1).lowercased() + bare.dropFirst()
    }
}

/// Which command a command line calls, as far as its words are names of commands.
struct CalledCommand {
    /// With the program's name.
    private(set) var path: [String] = [Hoistway._commandName]
    /// The names of its subcommands.
    private(set) var subcommands: [String] = []
    /// A word in the place of a subcommand that is not the name of one; otherwise `nil`.
    private(set) var unknownCommand: String?

    init(_ arguments: [String]) {
        var command: any ParsableCommand.Type = Hoistway.self
        var rest = arguments[...]
        while let word = rest.first,
            let next = command.configuration.subcommands.first(where: { $0.answers(to: word) })
        {
            command = next
            path.append(next._commandName)
            rest = rest.dropFirst()
        }
        subcommands = command.configuration.subcommands.map { $0._commandName }
        guard !subcommands.isEmpty, command.configuration.defaultSubcommand == nil else { return }
        unknownCommand = rest.first.flatMap { $0.hasPrefix("-") || $0 == "help" ? nil : $0 }
    }
}

extension ParsableCommand {
    fileprivate static func answers(to word: String) -> Bool {
        word == _commandName || configuration.aliases.contains(word)
    }
}
