import ArgumentParser
import FoundationEssentials
import HoistwayModel
import HoistwayPatterns
import HoistwaySettings

/// `hoistway import applicationset`: a stage for each element of an ApplicationSet's generators.
struct ImportApplicationSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "applicationset",
        abstract: "Propose a stage for each Application of an ApplicationSet with a list or a git generator.",
        discussion: """
            The proposal is a beginning. The order of the stages is a guess, and the output says so. It also has the \
            annotation to add to the ApplicationSet's template.
            """
    )

    /// How the stages stand to each other.
    enum Order: String, CaseIterable, ExpressibleByArgument { case chain, direct }

    @Option(help: "A checkout of the repository that a git generator reads, and whose kustomizations name the images.")
    var repo: String?

    @Option(help: "An image that the stages promote; may be given several times.")
    var image: [String] = []

    @Option(help: "The project. Without it, the one of the template's annotation, else the ApplicationSet's name.")
    var project: String?

    @Option(
        help: "chain: each stage after the one before; direct: all from the warehouse. Without it, chain for lists."
    )
    var order: Order?

    @Argument(help: "File with the ApplicationSet, or - for standard input.")
    var file: String

    func run() throws {
        let sets = try Import.documents([file]).filter { $0["kind"]?.string == "ApplicationSet" }
        guard !sets.isEmpty else { throw CommandFailure.failed("\(file) holds no ApplicationSet") }
        let repository = repo.map(LocalRepository.init)
        let patterns = Patterns()
        let reader = ApplicationSetReader(
            options: .init(project: project, images: image, isChain: order.map { $0 == .chain }),
            repository: repository,
            matches: { patterns.matches(glob: $0, $1) },
            kustomizationImages: { folder throws(TakeoverRefusal) in
                try repository?.kustomizationImages(in: folder) ?? []
            }
        )
        var texts: [String] = []
        var refused = false
        for set in sets {
            do throws(TakeoverRefusal) {
                texts.append(Self.text(of: try reader.proposal(for: set)))
            } catch {
                Import.tell(error)
                refused = true
            }
        }
        if !texts.isEmpty { Terminal.print(texts.joined(separator: "---\n")) }
        if refused { throw ExitStatus.failed }
    }

    /// The manifests, with what to add and what to look at in comments above them.
    static func text(of proposal: ApplicationSetProposal) -> String {
        var lines: [String] = []
        if let annotation = proposal.annotation {
            let name = "\(proposal.key.namespace)/\(proposal.key.name)"
            lines.append("Add to spec.template.metadata.annotations of the ApplicationSet \(name):")
            lines.append("  \(annotation.name): \"\(annotation.value)\"")
            if let patch = patch(annotation) {
                lines.append("or:")
                lines.append(
                    "  kubectl -n \(proposal.key.namespace) patch applicationset \(proposal.key.name) --type merge -p '\(patch)'"
                )
            }
        }
        lines += proposal.notes.map { "Note: \($0)." }
        return lines.map { "# \(SafeText.line($0))\n" }.joined() + GeneratedManifests.text(of: proposal.pipeline)
    }

    /// A JSON merge patch; `nil` where a shell's quotes would not hold it.
    private static func patch(_ annotation: (name: String, value: String)) -> String? {
        var value = ConfigValue.map([annotation.name: .string(annotation.value)])
        for key in ["annotations", "metadata", "template", "spec"] { value = .map([key: value]) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(PlainJSON(value)) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.contains("'") ? nil : text
    }
}
