import ArgumentParser
import FoundationEssentials

/// The project that names without a project belong to.
struct ProjectOption: ParsableArguments {
    static let variable = "HOISTWAY_PROJECT"

    @Option(
        name: .shortAndLong,
        help: "The project. Default: HOISTWAY_PROJECT, else any.",
        completion: .custom(Completions.projects)
    )
    var project: String?

    /// `nil`: any; an empty name stands for it too.
    var name: String? { Self.name(project, environment: ProcessInfo.processInfo.environment) }

    static func name(_ option: String?, environment: [String: String]) -> String? {
        (option ?? environment[variable]).flatMap { $0.isEmpty ? nil : $0 }
    }
}
