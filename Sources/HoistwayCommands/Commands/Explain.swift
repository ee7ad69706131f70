import ArgumentParser
import HoistwayConsole
import HoistwayExpressions
import HoistwaySettings
import HoistwaySteps

/// `hoistway explain`: what a key, a step or a function is for.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explain a key of the configuration or of a manifest, a step or a function.",
        discussion: """
            As in `explain webhooks.receivers`, `explain stage.spec.promotionTemplate`, `explain git-push`, `explain \
            imageFrom`. Without a name, it lists what can be explained.
            """
    )

    @Argument(help: "A key, a step or a function.", completion: .custom(Explain.completions))
    var name: String?

    @OptionGroup var display: DisplayOptions

    func run() throws {
        guard let name else {
            return try display.show(Explanations.names, handles: Explanations.names) { Self.overview }
        }
        let topics = Explanations.topics(name)
        guard !topics.isEmpty else {
            throw CommandFailure.usage(
                "there is no key, step or function \(SafeText.line(name))",
                hint: Spelling.hint(for: name, among: Explanations.names) ?? "`hoistway explain` lists what there is"
            )
        }
        try display.show(topics) { topics.map(\.text).joined(separator: "\n\n") }
    }

    @Sendable private static func completions(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        Explanations.names.filter { $0.hasPrefix(prefix) }
    }

    private static var overview: String {
        let keys = Set(ConfigurationReference.keys.compactMap { $0.path.split(separator: ".").first })
            .map { $0.replacing("[]", with: "") }
        let groups: [(title: String, names: [String])] = [
            ("Configuration", Set(keys).map(String.init).sorted()),
            ("Manifests", ManifestReference.kinds.map { $0.name.lowercased() }),
            ("Steps", StepRegistry.schemas.keys.sorted()),
            ("Functions", FunctionReference.groups.flatMap { $0.rows.map(\.name) }.sorted()),
        ]
        return groups.map { title, names in
            ([title] + Wrapping.lines(names.joined(separator: " "), columns: 76).map { "  " + $0 })
                .joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}
