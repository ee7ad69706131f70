import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// What people write for a stage or a warehouse: `project/name`, or a name that only one project has.
extension ConsoleClient {
    /// The values of `project` and `stage` in paths.
    ///
    /// - Parameter project: the one that is meant where the text names none; `nil`: any.
    func stage(_ text: String, in project: String? = nil) async throws -> [String: String] {
        let written = ScopedName(text, in: project)
        if let project = written.project { return ["project": project, "stage": written.name] }
        let found = try await list(.listStages, query: [("name", text)], of: StageView.self).value.items
        return try Self.only(text, .stage, found.map { ($0.project, $0.name) })
    }

    /// The values of `project` and `warehouse` in paths.
    func warehouse(_ text: String, in project: String? = nil) async throws -> [String: String] {
        let written = ScopedName(text, in: project)
        if let project = written.project { return ["project": project, "warehouse": written.name] }
        let found = try await list(.listWarehouses, query: [("name", text)], of: WarehouseView.self).value.items
        return try Self.only(text, .warehouse, found.map { ($0.project, $0.name) })
    }

    /// The values of `project` and `freight` in paths, of an id, a beginning of one or an alias.
    func freight(_ text: String, in project: String? = nil) async throws -> [String: String] {
        let written = ScopedName(text, in: project)
        if let project = written.project { return ["project": project, "freight": written.name] }
        let found = try await ask(.search, query: [("text", text)], as: SearchView.self).value.matches
            .filter { $0.kind == .freight && ($0.field == .id || $0.field == .alias) }
        return try Self.only(text, .freight, found.map { ($0.project, $0.freight ?? "") }) { match in
            let alias = found.first { $0.project == match.project && $0.freight == match.name }?.alias
            return "\(match.project)/\(alias ?? match.name)"
        }
    }

    /// How many of the newest promotions are compared with the beginning of a name.
    private static let searchedPromotions = 2000

    /// The values of `project` and `promotion` in paths, of a whole name or a beginning that only one has.
    func promotion(_ name: String) async throws -> [String: String] {
        let exact = try await list(.listPromotions, query: [("name", name)], limit: 1, of: PromotionView.self)
        if let promotion = exact.value.items.first {
            return ["project": promotion.project, "promotion": promotion.id]
        }
        // A name is `stage.ulid.freight`, and the stage's own name may have dots too.
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        for count in 1...max(1, min(parts.count - 1, 8)) where parts.count > 1 {
            let stage = parts.prefix(count).joined(separator: ".")
            guard !stage.isEmpty else { continue }
            let found = try await list(
                .listPromotions,
                query: [("stage", stage)],
                limit: Self.searchedPromotions,
                of: PromotionView.self
            ).value.items.filter { $0.id.hasPrefix(name) }
            guard let first = found.first else { continue }
            guard found.count == 1 else {
                let names = Listing.text(found.map(\.id), limit: 5)
                throw CommandFailure.usage(
                    "the names of several promotions begin with \(SafeText.line(name))",
                    hint: "name one of \(names)"
                )
            }
            return ["project": first.project, "promotion": first.id]
        }
        throw CommandFailure.missing(.promotion, name)
    }

    private static func only(
        _ text: String,
        _ kind: ThingKind,
        _ found: [(project: String, name: String)],
        shown: ((project: String, name: String)) -> String = { "\($0.project)/\($0.name)" }
    ) throws(CommandFailure) -> [String: String] {
        guard let first = found.first else { throw .missing(kind, text) }
        guard found.count == 1 else {
            let names = Listing.text(found.map(shown), limit: 8)
            throw .usage(
                "several projects have a \(kind.rawValue) \(SafeText.line(text))",
                hint: "name one of \(names)"
            )
        }
        return ["project": first.project, kind.rawValue: first.name]
    }
}
