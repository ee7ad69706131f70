import HoistwayModel
import HoistwayPorts

// How the server's answers look on a terminal.

extension RefusalView {
    static func sheet(_ refusals: [RefusalView], _ look: Look) -> Sheet {
        var table = Table(
            "AGE",
            Table.Column("AT", isWide: true),
            "RECEIVER",
            Table.Column("REASON", least: 12),
            "SCHEME",
            "PEER",
            "BYTES"
        )
        for one in refusals {
            table.add(
                one.at.age(at: look.now),
                one.at.rfc3339,
                one.receiver,
                one.reason,
                one.scheme,
                one.peer,
                String(one.bytes)
            )
        }
        return Sheet(table: table, empty: "nothing was refused since the start")
    }
}

extension ManifestSourceView {
    static func list(_ sources: [ManifestSourceView]) -> String {
        guard !sources.isEmpty else { return "no manifests are followed in Git" }
        return sources.map(\.detail).joined(separator: "\n")
    }

    private var detail: String {
        var lines = [SafeText.line(source)]
        switch state {
        case .current: lines.append("  state    current")
        case .failing: lines.append("  state    failing: the last good version runs")
        case .missing where source.hasPrefix("argocd://"):
            lines.append("  state    missing: its stages are not there until the Applications are known")
        case .missing where refused == nil:
            lines.append("  state    missing: nothing is decided until it has been read")
        case .missing:
            lines.append("  state    missing: nothing is decided until a version without errors has been read")
        }
        if let commit { lines.append("  runs     \(commit.prefix(12))\(readAt.map { ", read \($0.shown)" } ?? "")") }
        if let refused { lines.append("  refused  \(refused.prefix(12))") }
        if let checkedAt { lines.append("  checked  \(checkedAt.shown)") }
        lines.append("  defines  \(projects.map { $0.joined(separator: ", ") } ?? "all projects")")
        return (lines + (problems + (remarks ?? [])).map { "  - \(Self.indented($0))" }).joined(separator: "\n")
    }

    /// A problem may have a hint and an excerpt on lines of their own; none of them looks like a line of the list.
    private static func indented(_ problem: String) -> String {
        SafeText.lines(problem).split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n    ")
    }
}

extension ClusterView {
    static func sheet(_ clusters: [ClusterView], _ look: Look) -> Sheet {
        var table = Table(
            "CLUSTER",
            Table.Column("STATE", isPainted: true),
            "APPLICATIONS",
            Table.Column("NAMESPACES", least: 12)
        )
        for one in clusters {
            table.add(
                one.name,
                one.state.rawValue,
                String(one.applications),
                one.namespaces.keys.sorted().joined(separator: ", ")
            )
        }
        let broken = clusters.flatMap { one -> [String] in
            let since = one.since.map { " since \($0.shown)" } ?? ""
            let whole = one.reason.map { ["\(one.name): broken\(since): \($0)"] } ?? []
            let parts = one.namespaces.sorted { $0.key < $1.key }
                .filter { $0.value != "current" && $0.value != "starting" && $0.value != one.reason }
            return whole + parts.map { "\(one.name): \($0.key): \($0.value)" }
        }
        return Sheet(table: table, empty: "no clusters are configured", notes: broken)
    }
}

extension ComparisonView {
    func sheet(_ look: Look) -> Sheet {
        var table = Table("VERDICT", "BRANCH", "IMAGE", "OURS", "THEIRS", Table.Column("WHAT", least: 12))
        for row in rows {
            table.add(
                row.verdict.rawValue,
                row.branch,
                row.name,
                row.ours ?? "-",
                row.theirs ?? "-",
                row.text
            )
        }
        let summary = Comparison.Verdict.allCases.map { "\($0.rawValue) \(counts[$0.rawValue] ?? 0)" }
        let total = "\(stage) since \(since.rfc3339): \(summary.joined(separator: ", "))"
        let cut = isCut ? ["The branch has more commits since then than are read: ask for less with --since."] : []
        return Sheet(
            table: table,
            empty: "nothing was observed, and nothing was pushed by others",
            notes: [total] + cut
        )
    }
}

extension Explanation {
    var text: String {
        let about =
            freight.map { id in
                "\(stage) and freight \(verdicts.first { $0.freight == id }?.alias ?? String(id.prefix(7)))"
            } ?? stage
        var lines = ["\(SafeText.line(about)): \(SafeText.line(verdict))"]
        lines += self.lines.map { "  - \(SafeText.line($0))" }
        for verdict in verdicts where !verdict.rules.isEmpty {
            let about = verdict.alias.map { " and freight \($0)" } ?? ""
            lines.append("rules for warehouse \(SafeText.line("\(verdict.warehouse)\(about)")):")
            lines += verdict.rules.map(\.line)
        }
        if let hint { lines.append("hint: \(SafeText.line(hint))") }
        return lines.joined(separator: "\n")
    }
}

extension PromotionRule {
    /// `  passes  available     verified in test`.
    fileprivate var line: String {
        let verb =
            switch answer {
            case .passes: "passes"
            case .blocks: "blocks"
            case .notAsked: "-     "
            }
        let title = DisplayWidth.padded(name.rawValue, to: 14)
        return reason.isEmpty ? "  \(verb)  \(name.rawValue)" : "  \(verb)  \(title)  \(SafeText.line(reason))"
    }
}
