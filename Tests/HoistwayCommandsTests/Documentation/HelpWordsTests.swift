import HoistwayTestKit
import Testing

/// The words of `hoistway help` and of each `--help`.
struct HelpWordsTests {
    @Test func `every help text has short sentences and plain words`() throws {
        let commands = try CommandHelp.root().all
        #expect(commands.count > 30)
        for command in commands {
            let texts =
                [command.abstract, command.discussion]
                + (command.arguments ?? []).flatMap { [$0.abstract, $0.discussion] }
            // An empty line parts paragraphs; the parser wraps the others.
            let paragraphs = texts.compactMap { $0 }.flatMap { $0.split(separator: "\n\n") }
            for paragraph in paragraphs {
                let faults = PlainEnglish.faults(in: String(paragraph))
                #expect(faults == [], "\(command.path): \(faults.joined(separator: "; "))")
            }
        }
    }
}
