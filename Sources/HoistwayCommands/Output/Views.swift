import HoistwayModel
import HoistwayPorts

// How the server's answers look on a terminal.

extension Timestamp {
    /// To the second, in UTC, and how long ago that is: `2026-11-21T10:41:00Z (3 m ago)`.
    var shown: String { shown(at: SystemClock().now()) }

    /// As ``shown``; for what is to come, and may be due already.
    var shownAhead: String { shownAhead(at: SystemClock().now()) }

    func shownAhead(at now: Timestamp) -> String { self <= now ? "due now" : shown(at: now) }

    func shown(at now: Timestamp) -> String {
        "\(Timestamp(seconds: seconds).rfc3339) (\(age(at: now)))"
    }

    /// The two greatest units would be more exact than anybody asks: one will do.
    private func age(at now: Timestamp) -> String {
        let distance = abs(now.seconds - seconds)
        guard distance > 0 else { return "now" }
        let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")]
        let unit = units.first { distance >= $0.0 } ?? (1, "s")
        let text = "\(distance / unit.0) \(unit.1)"
        return now.seconds > seconds ? "\(text) ago" : "in \(text)"
    }
}

extension RefusalView {
    static func table(_ refusals: [RefusalView]) -> String {
        var table = Table("AT", "RECEIVER", "REASON", "SCHEME", "PEER", "BYTES")
        for one in refusals {
            table.add(one.at.shown, one.receiver, one.reason, one.scheme, one.peer, String(one.bytes))
        }
        return table.text(ifEmpty: "nothing was refused since the start")
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
    static func list(_ clusters: [ClusterView]) -> String {
        var table = Table("CLUSTER", "STATE", "APPLICATIONS", "NAMESPACES")
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
        return ([table.text(ifEmpty: "no clusters are configured")] + broken.map(SafeText.line)).joined(separator: "\n")
    }
}

extension DeliveryView {
    static func table(_ deliveries: [DeliveryView]) -> String {
        var table = Table("ID", "RECEIVED", "RECEIVER", "STATE", "REASON")
        for one in deliveries {
            table.add(String(one.id), one.receivedAt.shown, one.receiver, one.shownState, one.reason)
            let decisions = one.decisions ?? []
            // One alone is told by the delivery's own reason.
            guard decisions.count > 1 else { continue }
            for decision in decisions {
                table.add("", "", decision.shownName, decision.state.rawValue, decision.reason)
            }
            if let further = one.furtherDecisions { table.add("", "", "", "", "and \(further) more") }
        }
        return table.text(ifEmpty: "no deliveries")
    }

    /// With the sort of a failure.
    private var shownState: String { failureKind.map { "\(state.rawValue) (\($0.rawValue))" } ?? state.rawValue }

    var detail: String {
        var lines = [
            "delivery \(id) to \(SafeText.line(receiver)), received \(receivedAt.shown)",
            "  proved by  \(SafeText.line(verdict))",
            "  state      \(shownState): \(SafeText.line(reason))",
        ]
        if let senderID { lines.append("  sender's id \(SafeText.line(senderID))") }
        if let nextTry {
            lines.append("  next try   \(nextTry.shownAhead), after \(Listing.count(attempts, "attempt"))")
        }
        for decision in decisions ?? [] {
            let next =
                decision.nextTry.map {
                    "; next try \($0.shownAhead), after \(Listing.count(decision.attempts, "attempt"))"
                }
                ?? ""
            let subject = SafeText.line(decision.subject)
            lines.append("  \(SafeText.line(decision.shownName)): \(decision.state.rawValue) on \(subject)\(next)")
            lines.append("    \(SafeText.line(decision.reason))")
        }
        return (lines + trace.map { "  - \(SafeText.line($0))" }).joined(separator: "\n")
    }
}

extension DeliveryQueue {
    /// A line of its own below a table where many wait.
    var note: String { line(now: SystemClock().now()).map { "\n\($0)" } ?? "" }
}

extension SubscriptionDecision {
    fileprivate var shownName: String { "\(project)/\(warehouse)" }
}

extension FreightView {
    static func table(_ freight: [FreightView]) -> String {
        var table = Table("ALIAS", "ID", "WAREHOUSE", "ARTIFACTS", "IN", "VERIFIED IN", "DISCOVERED")
        for one in freight {
            table.add(
                one.alias,
                String(one.id.prefix(7)),
                "\(one.project)/\(one.warehouse)",
                one.artifacts.map { shortened($0) }.joined(separator: ", "),
                one.currentlyIn.joined(separator: ","),
                (one.verifiedIn + (one.failedIn ?? [:]).keys.sorted().map { "\($0):failed" }).joined(separator: ","),
                one.discoveredAt.shown
            )
        }
        return table.text(ifEmpty: "no freight")
    }

    /// Twelve digits of a digest or commit are enough for people; `-o json` has them all.
    private static func shortened(_ artifact: String) -> String {
        guard let mark = artifact.lastIndex(of: "@") else { return artifact }
        let id = artifact[artifact.index(after: mark)...]
        let digits = id.split(separator: ":").last ?? id
        guard digits.count > 12, digits.allSatisfy(\.isHexDigit) else { return artifact }
        return String(artifact[...mark] + id.dropLast(digits.count - 12))
    }
}

extension ComparisonView {
    var text: String {
        var table = Table("VERDICT", "BRANCH", "IMAGE", "OURS", "THEIRS", "WHAT")
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
        let cut = isCut ? "\nThe branch has more commits since then than are read: ask for less with --since." : ""
        return table.text(ifEmpty: "nothing was observed, and nothing was pushed by others")
            + "\n\(SafeText.line(stage)) since \(since.rfc3339): \(summary.joined(separator: ", "))\(cut)"
    }
}

extension StageView {
    static func table(_ stages: [StageView]) -> String {
        var table = Table("STAGE", "MODE", "AUTO", "CURRENT", "PHASE", "HEALTH", "WAITING", "WHY")
        for one in stages {
            table.add(
                "\(one.project)/\(one.name)",
                one.mode.rawValue,
                one.autoPromotion ? "on" : "off",
                one.current.joined(separator: ", "),
                one.phase,
                one.health?.status?.rawValue ?? "",
                String(one.waiting),
                one.nextTry.map {
                    "\(one.reason); \(one.isWaiting == true ? "looks again" : "next try") \($0.shownAhead)"
                } ?? one.reason
            )
        }
        let notes =
            stages.compactMap { one -> String? in
                let parts = [one.description, one.color].compactMap(\.self)
                return parts.isEmpty ? nil : "\(one.project)/\(one.name): \(parts.joined(separator: "; "))"
            } + stages.compactMap(\.illness)
        return ([table.text(ifEmpty: "no stages")] + notes.map(SafeText.line)).joined(separator: "\n")
    }
}

extension StageView {
    /// Why a stage with Applications is not healthy.
    fileprivate var illness: String? {
        guard let health, let status = health.status, status != .healthy, !health.applications.isEmpty else {
            return nil
        }
        let since = health.since.map { " since \($0.shown)" } ?? ""
        return "\(project)/\(name): \(status.rawValue)\(since): \(health.reason)"
    }
}

extension WarehouseView {
    static func table(_ warehouses: [WarehouseView]) -> String {
        var table = Table("WAREHOUSE", "SUBSCRIPTION", "LAST LOOK", "OUTCOME", "NEXT LOOK")
        var notes: [String] = []
        for one in warehouses {
            let name = "\(one.project)/\(one.name)"
            for subscription in one.subscriptions {
                table.add(
                    name,
                    subscription,
                    one.lastLook?.shown ?? "-",
                    one.outcome.rawValue,
                    one.nextLook?.shownAhead ?? "-"
                )
            }
            notes += [one.description].compactMap { $0.map { "\(name): \($0)" } }
            notes += (one.undecided ?? []).map { "\(name): \($0)" }
            notes += one.failures.map { "\(name): failed: \($0)" }
            notes += one.held.map { "\(name): \($0)" }
            notes += one.skipped.prefix(10).map { "\(name): skipped: \($0)" }
            if one.skipped.count > 10 { notes.append("\(name): \(one.skipped.count - 10) more tags are skipped") }
        }
        return ([table.text(ifEmpty: "no warehouses")] + notes.map(SafeText.line)).joined(separator: "\n")
    }
}

extension PromotionView {
    static func table(_ promotions: [PromotionView]) -> String {
        var table = Table("PROMOTION", "STAGE", "MODE", "PHASE", "WHAT", "BY", "MESSAGE")
        for one in promotions {
            let stage = "\(one.project)/\(one.stage)"
            table.add(
                one.id,
                stage,
                one.mode.rawValue,
                one.phase.rawValue,
                one.summary,
                one.actor,
                one.messageWithWarnings
            )
        }
        return table.text(ifEmpty: "no promotions")
    }

    var detail: String {
        var lines = [
            "promotion \(id) to \(project)/\(stage): \(phase.rawValue)",
            "  what     \(SafeText.line(summary))",
            "  why      \(SafeText.line(reason)) (\(SafeText.line(actor)))",
        ]
        if !message.isEmpty { lines.append("  message  \(SafeText.line(message))") }
        if let failure {
            lines.append("  failure  \(failure.code.rawValue), \(failure.kind.rawValue)")
            if let hint = failure.hint { lines.append("  hint     \(SafeText.line(hint))") }
        }
        lines += (warnings ?? []).map { "  warning  \(SafeText.line($0))" }
        if mode == .observe { lines.append("  mode     observe: nothing is pushed") }
        lines.append("  created  \(createdAt.shown)" + (finishedAt.map { ", finished \($0.shown)" } ?? ""))
        if let nextTry { lines.append(next(nextTry)) }
        lines += StepLines(steps: steps, results: results ?? []).lines.map { "  " + $0 }
        for branch in branches { lines += self.lines(of: branch) }
        return lines.joined(separator: "\n")
    }

    /// Its pull requests that have a page and are open, as they were last seen.
    var openPulls: [PromotedPull] { steps.compactMap(\.pull).filter { $0.isOpen && !$0.url.isEmpty } }

    /// What it waits for, and when it goes on; `nil`: it is under way.
    var waitLine: String? {
        guard !message.isEmpty, nextTry != nil || phase == .pending else { return nil }
        let line = "\(id) is \(phase.rawValue): \(message)"
        guard let nextTry else { return line }
        let isTold = steps.contains { $0.status == .running && $0.pullRequest != nil }
        let when = isTold ? "looks again at the host's webhook, at the latest at" : "looks again at"
        return "\(line); \(when) \(nextTry.rfc3339)"
    }

    /// A wait is no try that failed.
    private func next(_ moment: Timestamp) -> String {
        guard attempts == 0, let step = steps.first(where: { $0.status == .running && $0.looks != nil }) else {
            return "  next try \(moment.shownAhead), after \(Listing.count(attempts, "attempt"))"
        }
        let wakes = step.pullRequest.map { ", or at the webhook of pull request #\($0.number)" } ?? ""
        return "  looks again \(moment.shownAhead)\(wakes)"
    }

    /// The message, and how many warnings there are to be looked at.
    private var messageWithWarnings: String {
        guard let count = warnings?.count, count > 0 else { return message }
        let told = count == 1 ? "1 warning" : "\(count) warnings"
        return message.isEmpty ? told : "\(message) (\(told))"
    }

    private func lines(of branch: BranchOutcome) -> [String] {
        let wouldPush = mode == .observe && phase == .succeeded
        let verb = branch.pushed ? "pushed" : wouldPush ? "would push" : "not pushed:"
        var lines = [
            "  \(verb) \(branch.commit) to \(SafeText.line(branch.branch)) of \(SafeText.line(branch.remote))",
            "    tree \(branch.tree), was at \(branch.before): \(SafeText.line(branch.subject))",
        ]
        if let diff = branch.diff, !diff.isEmpty { lines.append(SafeText.lines(diff)) }
        return lines
    }
}

extension Explanation {
    var text: String {
        let about = freight.map { "\(stage) and freight \($0)" } ?? stage
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
        let title = name.rawValue.padding(to: 14)
        return reason.isEmpty ? "  \(verb)  \(name.rawValue)" : "  \(verb)  \(title)  \(SafeText.line(reason))"
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
