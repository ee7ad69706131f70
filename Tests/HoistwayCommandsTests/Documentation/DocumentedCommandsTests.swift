import HoistwayTestKit
import Testing

/// The command lines that the documentation shows.
struct DocumentedCommandsTests {
    @Test func `every command line in the documentation names commands and options that exist`() throws {
        let root = try CommandHelp.root()
        var checked = 0
        for page in try Documentation.pages() {
            for (place, line) in Self.commandLines(in: page) {
                checked += 1
                let fault = Self.fault(in: line, of: root)
                #expect(fault == nil, "\(page.path):\(place): `\(line.joined(separator: " "))`: \(fault ?? "")")
            }
        }
        #expect(checked > 150)
    }

    @Test(arguments: [
        ("promot guestbook/prod", "no command promot"), ("get stages --al", "no option --al"), ("state", nil),
        ("get deliveries ID", nil), ("get KIND --watch", nil), ("get KIND --wacth", "no option --wacth"),
        ("retry --failed", nil), ("promote STAGE FREIGHT --wait", nil),
        ("promote STAGE --wiat=1", "no option --wiat"),
        ("state backup FILE", nil), ("state bakcup FILE", "no command bakcup"),
    ])
    func `a command or an option that does not exist is found`(line: String, fault: String?) throws {
        #expect(Self.fault(in: line.split(separator: " ").map(String.init), of: try CommandHelp.root()) == fault)
    }

    // MARK: Reading

    /// The words behind `hoistway`, in blocks of shell and in spans of code, with their line.
    private static func commandLines(in page: MarkdownPage) -> [(line: Int, words: [String])] {
        let shell: Set = ["bash", "console", "sh", "shell"]
        let blocks = page.blocks.filter { shell.contains($0.language) }.flatMap { block in
            let joined = block.text.replacing("\\\n", with: " ")
            return joined.split(separator: "\n").filter { block.language != "console" || $0.hasPrefix("$ ") }
                .map { (block.line, String($0.drop { $0 == "$" || $0 == " " })) }
        }
        let spans = page.codeSpans.filter { $0.text.hasPrefix("hoistway ") }.map { ($0.line, $0.text) }
        return (blocks + spans).flatMap { line, text in
            commands(in: text).map { (line, $0) }
        }
    }

    /// A line of shell may have several commands, each with variables before it, and a comment behind them.
    private static func commands(in text: String) -> [[String]] {
        let line = text.firstMatch(of: /^(.*?)(?:\s#.*)?$/).map { String($0.1) } ?? text
        return line.split(separator: /&&|\|\||[|;<>]|\$\(|\)/).compactMap { part in
            let words = part.replacing(/"[^"]*"|'[^']*'/, with: "TEXT").split(separator: " ").map(String.init)
                .drop { $0.contains("=") || $0 == "sudo" }
            guard words.first == "hoistway" else { return nil }
            return Array(words.dropFirst())
        }
    }

    /// The first word that does not exist; `nil` if there is none.
    ///
    /// Names and values are not looked at.
    private static func fault(in words: [String], of root: CommandHelp) -> String? {
        // An option of the parser's own, with the name of a shell behind it.
        if words.first == "--generate-completion-script" { return nil }
        var command = root
        var options = Set(root.spellings)
        for (index, word) in words.enumerated() {
            let word = word.trimmingBrackets
            if word == "--" { return nil }
            if word.hasPrefix("-"), word.count > 1 {
                let name = word.split(separator: "=").first.map(String.init) ?? word
                guard options.contains(name) else { return "no option \(name)" }
            } else if let next = command.subcommands?.first(where: { $0.commandName == word }) {
                command = next
                options.formUnion(next.spellings)
                if let standard = next.standard { options.formUnion(standard.spellings) }
            } else if command.takesOnlyCommands, word.isPlaceholder {
                // Any of them: `get KIND --watch`.
                options.formUnion(command.subcommands?.flatMap(\.spellings) ?? [])
            } else if index == 0 || command.takesOnlyCommands, word.isCommandName {
                return "no command \(word)"
            }
        }
        return nil
    }
}

extension CommandHelp {
    fileprivate var spellings: [String] { (arguments ?? []).flatMap(\.spellings) + ["--help", "-h", "--version"] }

    /// The command below it that a line without the name of one is about.
    fileprivate var standard: CommandHelp? { subcommands?.first { $0.commandName == defaultSubcommand } }

    /// Whether a word behind it can only be a command: it takes no argument itself.
    fileprivate var takesOnlyCommands: Bool {
        subcommands?.isEmpty == false && defaultSubcommand == nil
            && !(arguments ?? []).contains { $0.kind == "positional" }
    }
}

extension String {
    /// Synopses write `[--all]` and `[ID]`.
    fileprivate var trimmingBrackets: String { String(trimmingPrefix { $0 == "[" }.prefix { $0 != "]" }) }

    /// `COMMAND`, `KIND`.
    fileprivate var isPlaceholder: Bool { wholeMatch(of: /[A-Z]+/) != nil }

    /// Neither `…` nor a placeholder.
    fileprivate var isCommandName: Bool { wholeMatch(of: /[a-z][a-z-]*/) != nil }
}
