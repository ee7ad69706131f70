import ArgumentParser
import FoundationEssentials
import HoistwayModel
import HoistwayPorts
import HoistwaySettings
import HoistwayStore

/// `hoistway state`: keeps the file that holds everything safe; needs no server, and no API.
struct State: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Back up, restore and check the state's file.",
        subcommands: [Backup.self, Restore.self, Check.self]
    )

    /// Where the state is.
    struct Location: ParsableArguments {
        @Option(help: "The configuration file. \(ConfigFile.order)")
        var config: String?

        @OptionGroup var display: DisplayOptions

        func validate() throws { try display.refuseNames() }

        func database() throws -> String {
            let path = ConfigFile.path(config)
            guard let settings = Settings.outline(path: path) else {
                throw CommandFailure.unreadable(path: path, detail: "it names no state")
            }
            return settings.state.databasePath
        }
    }

    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy the state to a file; a server may be running.",
            discussion: "All that was acknowledged before is in the copy. Only its owner may read it."
        )

        @Argument(help: "The file to make.")
        var file: String

        @Flag(help: "Replace the file, if there is one.")
        var force = false

        @OptionGroup var location: Location

        func run() async throws {
            let report = try StateBackup.make(
                of: try location.database(),
                to: file,
                replacing: force,
                now: SystemClock().now()
            )
            try location.display.show(report) { StateText.text(report, heading: "backup \(file)") }
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a backup in the state's place; no server may be running.",
            discussion: """
                The replaced database stays beside the new one. Promotions that were open in the backup are aborted: \
                what became of them since is not known.
                """
        )

        @Argument(help: "A file that `hoistway state backup` made.")
        var file: String

        @OptionGroup var location: Location

        func run() async throws {
            let path = try location.database()
            try StateFolder(path: URL(fileURLWithPath: path).deletingLastPathComponent().path, database: path).make()
            let outcome = try StateRestore.restore(file, to: path, now: SystemClock().now())
            try location.display.show(outcome) { StateText.text(outcome, path: path) }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check that the state's file is whole; a server may be running.",
            discussion: "Exit code 1 where it is not."
        )

        @OptionGroup var location: Location

        func run() async throws {
            let report = try StateInspection.report(on: try location.database())
            try location.display.show(report) { StateText.text(report, heading: "state \(report.path)") }
            guard report.isSound else { throw ExitStatus.failed }
        }
    }
}

/// A state's report for people.
enum StateText {
    static func text(_ outcome: StateRestore.Outcome, path: String) -> String {
        [
            text(outcome.report, heading: "restored \(path)"),
            "backup of           \(outcome.backupMadeAt.shown)",
            "replaced database   \(outcome.replaced ?? "none")",
            "aborted promotions  \(outcome.aborted)",
            "tokens valid again  \(outcome.tokens.isEmpty ? "none" : outcome.tokens.joined(separator: ", "))",
        ].map { SafeText.lines($0) }.joined(separator: "\n")
    }

    static func text(_ report: StateReport, heading: String) -> String {
        let later = "; a start of serve brings it to \(report.knownSchemaVersion)"
        let schema = "\(report.schemaVersion)\(report.schemaVersion == report.knownSchemaVersion ? "" : later)"
        var lines = [
            heading,
            "size                \(report.bytes) bytes",
            "schema              \(schema)",
            "deliveries          \(counts(report.deliveries)), oldest \(report.oldestDelivery?.shown ?? "none")",
            "promotions          \(counts(report.promotions))",
            "freight             \(report.freight)",
            "stages              \(report.stages)",
            "branches            \(report.branches)",
            "open pushes         \(report.intents)",
            "tokens              \(report.tokens)",
            "audit records       \(report.auditRecords)",
        ]
        if let holder = report.lockedBy {
            lines.append("in use by           \(holder > 0 ? "process \(holder)" : "a process of unknown number")")
        }
        if report.promotionsToMove > 0 {
            lines.append("promotions to move  \(report.promotionsToMove), written by an older version")
        }
        lines += report.problems.map { "problem: \($0)" }
        return SafeText.lines(lines.joined(separator: "\n"))
    }

    /// As in `12 (done 10, failed 2)`.
    private static func counts(_ counts: [String: Int]) -> String {
        let total = counts.values.reduce(0, +)
        guard total > 0 else { return "0" }
        let parts = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return "\(total) (\(parts.joined(separator: ", ")))"
    }
}
