import FoundationEssentials
import HoistwayModel
import HoistwayPorts
import HoistwaySQLite

/// The outcome of a delivery, with its trace as it is stored.
struct OutcomeWrite: Sendable {
    private let outcome: DeliveryOutcome
    /// One line for each decision; empty if there are no decisions.
    private let trace: String
    /// As JSON; `nil` if there are no decisions.
    private let decisions: Data?

    init(_ outcome: DeliveryOutcome, _ encoder: RecordEncoder) throws {
        self.outcome = outcome
        decisions = outcome.decisions.isEmpty ? nil : try encoder.encode(outcome.decisions)
        trace = outcome.trace.map(Self.line).joined(separator: "\n")
    }

    /// Readers split lines at line breaks; payload text must not make two lines of one.
    private static func line(_ text: String) -> String {
        guard text.contains(where: \.isNewline) else { return text }
        return String(text.map { $0.isNewline ? " " : $0 })
    }

    func perform(_ database: Database) throws {
        try database.run(
            "UPDATE deliveries SET state = ?, reason = ?, next_try = ?, attempts = ?, failure = ? WHERE id = ?",
            outcome.state.code,
            outcome.reason,
            outcome.nextTry?.microseconds,
            outcome.attempts,
            outcome.failureKind?.rawValue,
            outcome.id.number
        )
        if trace.isEmpty, decisions == nil {
            try database.run("DELETE FROM traces WHERE delivery = ?", outcome.id.number)
        } else {
            try database.run("INSERT OR REPLACE INTO traces VALUES (?, ?, ?)", outcome.id.number, trace, decisions)
        }
    }
}
