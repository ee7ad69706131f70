import HoistwayModel
import HoistwayPorts

extension DeliveryView: ThingView {
    static var kind: ThingKind { .delivery }
    var handle: String { "\(id)" }
    var projectName: String? { nil }

    static func sheet(_ deliveries: [DeliveryView], _ look: Look) -> Sheet {
        var table = Table(
            "ID",
            "AGE",
            Table.Column("RECEIVED", isWide: true),
            "RECEIVER",
            Table.Column("STATE", isPainted: true),
            Table.Column("REASON", least: 16)
        )
        for one in deliveries {
            table.add(
                String(one.id),
                one.receivedAt.age(at: look.now),
                Timestamp(seconds: one.receivedAt.seconds).rfc3339,
                one.receiver,
                one.shownState,
                one.reason
            )
            let decisions = one.decisions ?? []
            // The delivery's own reason covers a single decision.
            guard decisions.count > 1 else { continue }
            for decision in decisions {
                table.add("", "", "", decision.shownName, decision.state.rawValue, decision.reason)
            }
            if let further = one.furtherDecisions { table.add("", "", "", "", "", "and \(further) more") }
        }
        return Sheet(table: table, empty: "no deliveries")
    }

    /// With the sort of a failure.
    private var shownState: String { failureKind.map { "\(state.rawValue) (\($0.rawValue))" } ?? state.rawValue }

    var detail: PrintedText {
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
        return PrintedText(lines + trace.map { "  - \(SafeText.line($0))" })
    }
}

extension DeliveryQueue {
    /// A line of its own below a table where many wait.
    var note: String? { line(now: SystemClock().now()) }
}

extension SubscriptionDecision {
    fileprivate var shownName: String { "\(project)/\(warehouse)" }
}
