import ArgumentParser
import Foundation

/// Measures `hoistway`, built beside it, and prints figure, baseline and ratio, all from one run.
@main
struct Benchmarks: AsyncParsableCommand {
    enum Section: String, CaseIterable, ExpressibleByArgument {
        case receive, promote, many, services, rewrite, memory, flood
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

    func run() async throws {
        let interrupts = Children.endWithInterrupts()
        defer { for source in interrupts { source.cancel() } }
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let scale = Scale(programs: (program as NSString).deletingLastPathComponent, isQuick: quick)
        var table = FigureTable()
        for section in Section.allCases where self.section.isEmpty || self.section.contains(section) {
            do {
                try await Self.run(section, scale, &table)
            } catch {
                table.fail("\(section.rawValue): \(error)")
            }
        }
        table.end()
        if !table.missed.isEmpty { throw ExitCode(1) }
    }

    private static func run(_ section: Section, _ scale: Scale, _ table: inout FigureTable) async throws {
        switch section {
        case .receive: try await ReceivingSection(scale: scale).run(&table)
        case .promote: try await PromotingSection(scale: scale).run(&table)
        case .many: try await ManySection(scale: scale).run(&table)
        case .services: try await ServicesSection(scale: scale).run(&table)
        case .rewrite: try RewritingSection(scale: scale).run(&table)
        case .memory: try await MemorySection(scale: scale).run(&table)
        case .flood: try await FloodSection(scale: scale).run(&table)
        }
    }
}
