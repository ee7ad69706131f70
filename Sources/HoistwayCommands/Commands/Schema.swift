import ArgumentParser
import HoistwaySettings

/// `hoistway schema`: for editors.
struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the JSON Schema of the configuration or of manifests, for editors.",
        discussion: """
            `config` is hoistway.yaml, `manifest` is every kind of manifest in one schema. Editors with the YAML language \
            server use a schema that the first line of a file names: `# yaml-language-server: $schema=hoistway.json`.
            """
    )

    @Argument(
        help: "One of \(SchemaDocument.names.joined(separator: ", ")).",
        completion: .list(SchemaDocument.names)
    )
    var name: String

    func run() throws {
        let word = name.lowercased()
        guard let text = SchemaDocument.text(word) else {
            throw CommandFailure.usage(
                "there is no schema \(SafeText.line(name))",
                hint: Spelling.hint(for: word, among: SchemaDocument.names)
                    ?? "one of \(SchemaDocument.names.joined(separator: ", "))"
            )
        }
        Terminal.print(text)
    }
}
