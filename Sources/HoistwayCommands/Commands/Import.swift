import ArgumentParser
import HoistwayModel

/// `hoistway import`: manifests for what other programs have been told.
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write manifests for what other programs have been told.",
        discussion: """
            Manifests go to standard output, and all else to standard error. Nothing is changed anywhere. What cannot be \
            taken over is told with its place, and the command ends with 1.
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
