package import HoistwayModel

/// One thing in the configuration or a manifest that is wrong, or may surprise.
///
/// Neither text holds a secret, nor the user part of a URL.
package struct Problem: Sendable, Hashable, Codable {
    package enum Severity: String, Sendable, Codable {
        /// Nothing is loaded while there is one.
        case error
        /// It is loaded, but may not do what the text suggests.
        case warning
    }

    package var severity: Severity
    package var place: SourcePlace
    /// The problem and its reason: one sentence without a full stop.
    package var message: String
    /// How to fix it.
    package var hint: String?
    /// Why a person accepts the warning: `acknowledged` of the configuration file; `nil` where nobody does.
    package var acknowledged: String?

    package init(severity: Severity, place: SourcePlace, message: String, hint: String? = nil) {
        self.severity = severity
        self.place = place
        self.message = message
        self.hint = hint
    }
}

extension Problem: CustomStringConvertible {
    /// For people: `file:line: key.path: error: message`, and the hint on a line of its own.
    package var description: String { hint.map { "\(first)\n    hint: \($0)" } ?? first }

    /// On one line, for a sentence with several problems.
    package var line: String { hint.map { "\(first) (\($0))" } ?? first }

    private var first: String { "\(place): \(severity.rawValue): \(message)" }
}

extension [Problem] {
    package var errors: [Problem] { filter { $0.severity == .error } }
    /// The warnings that nobody has acknowledged.
    package var warnings: [Problem] { filter { $0.severity == .warning && $0.acknowledged == nil } }
}
