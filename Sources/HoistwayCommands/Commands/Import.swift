import ArgumentParser
import HoistwayModel

/// `hoistway import`: manifests from the configuration of other programs.
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write manifests from the configuration of other programs.",
        discussion: """
            Manifests go to standard output, and all else to standard error. Nothing is changed anywhere. If something \
            cannot be converted, it is reported with its place, and the command ends with 1.
            """,
        subcommands: [ImportImageUpdater.self, ImportApplicationSet.self]
    )

    /// Of files that the command line names.
    static func documents(_ files: [String]) throws -> [ConfigValue] {
        var documents: [ConfigValue] = []
        for file in files {
            let bytes = try FileBytes.read(file, limit: TakeoverDocuments.maxBytes)
            do throws(TakeoverRefusal) {
                documents += try TakeoverDocuments.read(bytes, file: file == "-" ? "standard input" : file)
            } catch {
                throw CommandFailure.failed(error.description, hint: error.hint)
            }
        }
        return documents
    }

    static func tell(_ refusal: TakeoverRefusal) {
        Terminal.printError(SafeText.line("refused: \(refusal)"))
        if let hint = refusal.hint { Terminal.printError(SafeText.line("    hint: \(hint)")) }
    }
}
