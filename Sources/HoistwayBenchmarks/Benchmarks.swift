import ArgumentParser
import Foundation

/// Measures the `hoistway` of the same build, and prints figure, baseline and ratio, all from one run.
@main
struct Benchmarks: AsyncParsableCommand {
    enum Section: String, CaseIterable, ExpressibleByArgument {
        case receive, promote, many, services, pipelines, argocd, pullrequests, rewrite, expressions, memory, flood,
            rush, day, pages, live, scale, idle
    }

    static let configuration = CommandConfiguration(
        commandName: "hoistway-bench",
        abstract: "Measure hoistway on this machine, over loopback.",
        subcommands: [LoadCommand.self, ReceiverCommand.self]
    )

    @Option(help: "Only this section; may be given several times.")
    var section: [Section] = []

    @Flag(help: "Smaller sizes and fewer rounds, to see that everything runs.")
    var quick = false

    @Option(
        name: .customLong("expr-lang"),
        help: "A program around expr-lang that evaluates each line of its standard input, to compare with."
    )
    var exprLang: String?

    @Option(
        name: .customLong("go-server"),
        help: "A server in Go that checks the signature, to compare the receiver with: see scripts/bench."
    )
    var goServer: String?

    @Option(help: "hoistway of an earlier version, whose cost of an event is measured in the same rounds.")
    var former: String?

    func run() async throws {
        let interrupts = Children.endWithInterrupts()
        defer { for source in interrupts { source.cancel() } }
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let scale = Scale(programs: (program as NSString).deletingLastPathComponent, isQuick: quick)
        var table = FigureTable()
        for section in Section.allCases where self.section.isEmpty || self.section.contains(section) {
            do {
                try await run(section, scale, &table)
            } catch {
                table.fail("\(section.rawValue): \(error)")
            }
        }
        table.end()
        if !table.missed.isEmpty { throw ExitCode(1) }
    }

    private func run(_ section: Section, _ scale: Scale, _ table: inout FigureTable) async throws {
        switch section {
        case .receive: try await ReceivingSection(scale: scale, peer: goServer).run(&table)
        case .promote: try await PromotingSection(scale: scale).run(&table)
        case .many: try await ManySection(scale: scale).run(&table)
        case .services: try await ServicesSection(scale: scale).run(&table)
        case .pipelines: try await PipelinesSection(scale: scale).run(&table)
        case .argocd: try await ArgoCDSection(scale: scale).run(&table)
        case .pullrequests: try await PullRequestsSection(scale: scale).run(&table)
        case .rewrite: try RewritingSection(scale: scale).run(&table)
        case .expressions: try await ExpressionsSection(scale: scale, peer: exprLang).run(&table)
        case .memory: try await MemorySection(scale: scale).run(&table)
        case .flood: try await FloodSection(scale: scale).run(&table)
        case .rush: try await RushSection(scale: scale).run(&table)
        case .day: try await DaySection(scale: scale).run(&table)
        case .pages: try await PagesSection(scale: scale).run(&table)
        case .live: try await LiveSection(scale: scale).run(&table)
        case .scale: try await ScalingSection(scale: scale, former: former).run(&table)
        case .idle: try await IdleSection(scale: scale).run(&table)
        }
    }
}
