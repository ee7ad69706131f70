import HoistwayModel
import HoistwayPorts

extension PromotionView: ThingView {
    static var kind: ThingKind { .promotion }
    var handle: String { id }
    var projectName: String? { project }

    static func sheet(_ promotions: [PromotionView], _ look: Look) -> Sheet {
        var table = Table(
            "PROMOTION",
            Table.Column("STAGE"),
            Table.Column("MODE", usual: "promote"),
            Table.Column("VERSION", least: 7, usual: "-"),
            Table.Column("PHASE", isPainted: true),
            "AGE",
            Table.Column("CREATED", isWide: true),
            Table.Column("WHAT", isWide: true),
            Table.Column("BY", isWide: true),
            Table.Column("MESSAGE", least: 12)
        )
        let short = look.isShort ? ShortNames.of(promotions: promotions.map(\.id)) : [:]
        for one in promotions {
            table.add(
                short[one.id] ?? one.id,
                look.name(one.project, one.stage),
                one.mode.rawValue,
                one.contents.isEmpty ? "" : ShortVersion.text(one.contents.map { ($0.name, $0.version) }),
                one.phase.rawValue,
                one.createdAt.age(at: look.now),
                Timestamp(seconds: one.createdAt.seconds).rfc3339,
                one.summary,
                one.actor,
                one.messageWithWarnings
            )
        }
        return Sheet(table: table, empty: "no promotions")
    }

    var detail: PrintedText {
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
        var text = PrintedText(lines)
        for branch in branches { text.add(shown(branch)) }
        return text
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

    /// A wait is not a failed try.
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

    private func shown(_ branch: BranchOutcome) -> PrintedText {
        let wouldPush = mode == .observe && phase == .succeeded
        let verb = branch.pushed ? "pushed" : wouldPush ? "would push" : "not pushed:"
        var text = PrintedText(
            "  \(verb) \(branch.commit) to \(SafeText.line(branch.branch)) of \(SafeText.line(branch.remote))",
            "    tree \(branch.tree), was at \(branch.before): \(SafeText.line(branch.subject))"
        )
        if let diff = branch.diff, !diff.isEmpty { text.add(difference: diff) }
        return text
    }
}
