import ArgumentParser
import FoundationEssentials
import HoistwayGit
import HoistwayModel
import HoistwayPorts
import HoistwaySettings
import Logging

/// `hoistway check`: reads the configuration as the server would, and prints every problem at once.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration and all manifests.",
        discussion: """
            Contacts nobody, unless --fetch is given: then manifests in Git are read as they are there now. Where steps \
            run kustomize, kubectl or helm, those of this machine are asked for their versions. With --fetch the clusters \
            of Kubernetes are asked for their Applications too.
            """
    )

    @Option(help: "Configuration file. \(ConfigFile.order)")
    var config: String?

    @Flag(help: "Read manifests in Git too, and ask the clusters.")
    var fetch = false

    @Flag(help: "Show every problem, also where many are of one kind. JSON always has every problem.")
    var all = false

    @OptionGroup var display: DisplayOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let read = ReadConfiguration.read(path: ConfigFile.path(config), environment: environment)
        let (versions, unread) = await versions(for: read)
        var (loaded, problems) = read.judged(with: versions)
        problems += unread
        if !unread.errors.isEmpty { loaded = nil }
        let programs: ProgramCheck?
        if let loaded { programs = await ProgramCheck(of: loaded) } else { programs = nil }
        var clusters = read.settings.map { ClusterCheck(of: $0) }
        if fetch, let loaded, clusters?.problems.isEmpty ?? true {
            await clusters?.connect(Composition(loaded: loaded))
        }
        let more = (programs?.problems ?? []) + (clusters?.problems ?? [])
        if !more.isEmpty { problems = read.judged(with: versions, more: more).1 + unread }
        if !more.errors.isEmpty { loaded = nil }
        let found = (programs?.lines ?? [], clusters?.lines ?? [])
        try display.show(Report(problems: problems, programs: found.0, clusters: found.1)) {
            let open = problems.filter { $0.acknowledged == nil }
            let lines = all ? problems.map(\.shown) : Self.grouped(open)
            return (lines + (found.0 + found.1).map(SafeText.line) + [Self.summary(loaded, problems)])
                .joined(separator: "\n")
        }
        guard problems.errors.isEmpty else { throw ExitStatus.failed }
    }

    /// The manifests in Git with `--fetch`; without it, and for a source that cannot be read, a problem.
    private func versions(for read: ReadConfiguration) async -> ([ManifestVersion], [Problem]) {
        let sources = (read.settings?.manifestSources ?? []).filter { $0.source.applications == nil }
        guard !sources.isEmpty else { return ([], []) }
        guard fetch, let local = read.judged(with: []).0 else {
            let hint = fetch ? "they are read once files of this machine have no errors" : "--fetch reads them"
            return (
                [],
                sources.map { followed in
                    Problem(
                        severity: .warning,
                        place: followed.place,
                        message: "the manifests of \(followed.source.place) are not checked",
                        hint: hint
                    )
                }
            )
        }
        let composition = Composition(loaded: local)
        let remotes = composition.remotes(cache: nil, log: Logger(label: "check") { _ in SwiftLogNoOpLogHandler() })
        let reading = ManifestFetch(remotes: remotes, clock: composition.clock)
        var versions: [ManifestVersion] = []
        var problems: [Problem] = []
        for followed in sources {
            do {
                if let version = try await reading.version(of: followed.source, unless: nil) {
                    versions.append(version)
                }
            } catch {
                let failure = error as? any Diagnosable
                problems.append(
                    Problem(
                        severity: .error,
                        place: followed.place,
                        message: failure?.message ?? "unexpected: \(type(of: error))",
                        hint: failure?.hint
                    )
                )
            }
        }
        await remotes.close()
        return (versions, problems)
    }

    /// Of each kind the first ones, and how many more there are.
    static func grouped(_ problems: [Problem]) -> [String] {
        ProblemGroup.all(of: problems).flatMap { group -> [String] in
            let lines = group.first.map(\.shown)
            guard group.rest > 0 else { return lines }
            let files = group.files > 1 ? " in \(group.files) files" : ""
            let rest = "\(group.rest) more like these, \(group.problems.count) in all\(files)"
            let names = group.furtherNames
            let others = names.isEmpty ? "" : ", with \(names.joined(separator: " "))"
            return lines + [SafeText.line("    \(rest)\(others): --all shows them")]
        }
    }

    private static func summary(_ loaded: LoadedSettings?, _ problems: [Problem]) -> String {
        let acknowledged = problems.count { $0.acknowledged != nil }
        let found =
            "\(counted(problems.errors.count, "error")), \(counted(problems.warnings.count, "warning"))"
            + (acknowledged > 0 ? ", \(acknowledged) acknowledged" : "")
        guard let loaded else { return found }
        let projects = loaded.pipelines.projects.values
        let stages = projects.map(\.stages.count).reduce(0, +)
        return "ok: \(counted(projects.count, "project")), \(counted(stages, "stage")); \(found)"
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    private struct Report: Encodable {
        var problems: [Problem]
        /// Which programs were found; absent where no step runs one.
        var programs: [String]?
        /// What there is in each cluster; absent where none was asked.
        var clusters: [String]?

        init(problems: [Problem], programs: [String], clusters: [String]) {
            self.problems = problems
            self.programs = programs.isEmpty ? nil : programs
            self.clusters = clusters.isEmpty ? nil : clusters
        }
    }
}
