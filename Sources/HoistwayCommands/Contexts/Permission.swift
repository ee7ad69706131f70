import HoistwayConsole
import HoistwayModel
import HoistwayPorts
import HoistwaySettings

/// What a verb and a kind of thing mean in the API's table of operations: `promote` and `stage`.
struct Permission: Equatable {
    let operation: OperationID

    /// Fails where the table has no such operation, with a guess at what was meant.
    init(_ verb: String, _ kind: String) throws(CommandFailure) {
        let (verb, kind) = (verb.lowercased(), kind.lowercased())
        guard Self.verbs.contains(verb) else {
            throw .usage(
                "there is no verb \(SafeText.line(verb))",
                hint: Spelling.hint(for: verb, among: Self.verbs) ?? "one of \(Self.verbs.joined(separator: ", "))"
            )
        }
        let known = Self.table.filter { $0.verb == verb }
        guard let found = known.first(where: { $0.answers(to: kind) }) else {
            let kinds = known.map(\.kind)
            throw .usage(
                "nobody can \(verb) \(SafeText.line(kind))",
                hint: Spelling.hint(for: kind, among: kinds) ?? "one can \(verb) \(kinds.joined(separator: ", "))"
            )
        }
        operation = found.operation
    }

    /// Why the token may not do it, by its role and its project; `nil`: it may.
    func refusal(of caller: CallerView, project: String?) -> String? {
        let line = operation.operation
        if let role = line.role, caller.role < role {
            return "the token \(caller.name) has the role \(caller.role.rawValue); this needs \(role.rawValue)"
        }
        guard let own = caller.project else { return nil }
        if line.reach == .all {
            return "the token \(caller.name) is for the project \(own); this is about all projects"
        }
        guard let project, project != own else { return nil }
        return "the token \(caller.name) is for the project \(own)"
    }

    // MARK: Words

    private struct Line {
        var verb: String
        /// As the operation names it: `stage` of `getStage`, `stages` of `listStages`.
        var kind: String
        var operation: OperationID

        func answers(to word: String) -> Bool { word == kind || word == kind + "s" || word + "s" == kind }
    }

    static let verbs = Array(Set(table.map(\.verb))).sorted()
    static let kinds = Array(Set(table.map(\.kind))).sorted()

    /// By the names of the operations, `listStages`: a verb, and what it is done to.
    private static let table: [Line] =
        OperationID.allCases.filter { $0.operation.successor == nil && $0.operation.role != nil }.compactMap { id in
            guard let start = id.rawValue.firstIndex(where: \.isUppercase) else { return nil }
            return Line(
                verb: String(id.rawValue[..<start]),
                kind: id.rawValue[start...].lowercased(),
                operation: id
            )
        } + [
            Line(verb: "promote", kind: "stage", operation: .createPromotion),
            Line(verb: "promote", kind: "freight", operation: .createPromotion),
            Line(verb: "preview", kind: "stage", operation: .createPreview),
            Line(verb: "watch", kind: "events", operation: .streamEvents),
            Line(verb: "reload", kind: "configuration", operation: .reload),
        ]
}
