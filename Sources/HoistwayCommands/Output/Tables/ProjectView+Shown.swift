import HoistwayModel
import HoistwayPorts

extension ProjectView: ThingView {
    static var kind: ThingKind { .project }
    var handle: String { name }
    var projectName: String? { name }

    static func sheet(_ projects: [ProjectView], _ look: Look) -> Sheet {
        var table = Table(
            "PROJECT",
            Table.Column("STATE", isPainted: true),
            "STAGES",
            Table.Column("COUNTS", least: 12),
            Table.Column("WAREHOUSES", least: 12)
        )
        for one in projects {
            table.add(
                one.name,
                one.state.rawValue,
                String(one.stageCount),
                one.shownCounts,
                one.warehouses.joined(separator: ", ")
            )
        }
        return Sheet(table: table, empty: "no projects")
    }

    /// The worst state first.
    var shownCounts: String {
        StageState.allCases.compactMap { state in counts[state.rawValue].map { "\($0) \(state.rawValue)" } }
            .joined(separator: ", ")
    }

    var detail: PrintedText {
        var lines = DetailLines("project \(name): \(state.rawValue)")
        if mode == .observe { lines.add("mode", "observe: nothing is pushed") }
        lines.add("stages", "\(stageCount): \(shownCounts)")
        for one in warehouses { lines.add("warehouse", one) }
        for one in stages {
            let artifacts = one.contents.flatMap(\.artifacts)
            let version = artifacts.isEmpty ? "empty" : ShortVersion.text(artifacts.map { ($0.name, $0.version) })
            let reason = one.reason.isEmpty ? "" : ": \(one.reason)"
            lines.add("stage", "\(one.name): \(version), \(one.state.rawValue)\(reason)")
        }
        if stages.count < stageCount { lines.add("", "and \(stageCount - stages.count) more") }
        return lines.text
    }
}
