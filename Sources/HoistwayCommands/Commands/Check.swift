import ArgumentParser
import FoundationEssentials
import HoistwayModel
import HoistwaySettings

/// `hoistway check`: reads the configuration as the server would, and tells every problem at once.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration and all manifests; contacts nobody."
    )

    @Option(help: "Configuration file.")
    var config = "config/hoistway.yaml"

    @Option(name: .shortAndLong, help: "text or json.")
    var output = OutputFormat.text

    func run() throws {
        let (loaded, problems) = Settings.load(path: config, environment: ProcessInfo.processInfo.environment)
        switch output {
        case .json: Terminal.print(try Self.json(problems))
        case .text:
            for problem in problems { Terminal.print(SafeText.lines(problem.description)) }
            Terminal.print(Self.summary(loaded, problems))
        }
        guard problems.errors.isEmpty else { throw ExitStatus.failed }
    }

    private static func summary(_ loaded: LoadedSettings?, _ problems: [Problem]) -> String {
        let found = "\(counted(problems.errors.count, "error")), \(counted(problems.warnings.count, "warning"))"
        guard let loaded else { return found }
        let projects = loaded.pipelines.projects.values
        let stages = projects.map(\.stages.count).reduce(0, +)
        return "ok: \(counted(projects.count, "project")), \(counted(stages, "stage")); \(found)"
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    private static func json(_ problems: [Problem]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(["problems": problems]), as: UTF8.self)
    }
}
