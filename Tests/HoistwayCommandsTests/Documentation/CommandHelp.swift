import ArgumentParser
import Foundation
import HoistwayCommands

/// A command and those below it, as the parser describes them.
struct CommandHelp: Decodable {
    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let names: [Name]?
        let kind: String
        let abstract: String?
        let discussion: String?
        let sectionTitle: String?

        /// As they are written: `-o`, `--output`.
        var spellings: [String] { (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name } }
    }

    let commandName: String
    let superCommands: [String]?
    let abstract: String?
    let discussion: String?
    let defaultSubcommand: String?
    let subcommands: [CommandHelp]?
    let arguments: [Argument]?

    /// `hoistway state backup`.
    var path: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

    /// This command and all below it.
    var all: [CommandHelp] { [self] + (subcommands ?? []).flatMap(\.all) }

    static func root() throws -> CommandHelp {
        struct Dump: Decodable { let command: CommandHelp }
        return try JSONDecoder().decode(Dump.self, from: Data(Hoistway._dumpHelp().utf8)).command
    }
}
