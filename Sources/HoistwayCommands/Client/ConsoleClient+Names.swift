import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// What people write for a stage or a warehouse: `project/name`, or a name that only one project has.
extension ConsoleClient {
    /// The values of `project` and `stage` in paths.
    func stage(_ text: String) async throws -> [String: String] {
        if let whole = Self.whole(text, "stage") { return whole }
        let found = try await list(.listStages, query: [("name", text)], of: StageView.self).value.items
        return try Self.only(text, "stage", found.map { ($0.project, $0.name) })
    }

    /// The values of `project` and `warehouse` in paths.
    func warehouse(_ text: String) async throws -> [String: String] {
        if let whole = Self.whole(text, "warehouse") { return whole }
        let found = try await list(.listWarehouses, query: [("name", text)], of: WarehouseView.self).value.items
        return try Self.only(text, "warehouse", found.map { ($0.project, $0.name) })
    }

    /// The only project that the token sees, where none is named.
    func project(_ name: String?) async throws -> String {
        if let name { return name }
        let names = try await list(.listProjects, of: ProjectView.self).value.items.map(\.name).sorted()
        guard names.count == 1, let only = names.first else {
            throw CommandFailure.usage(
                "there are several projects",
                hint: "name one of \(names.joined(separator: ", "))"
            )
        }
        return only
    }

    /// The values of `project` and `promotion` in paths.
    func promotion(_ name: String) async throws -> [String: String] {
        let found = try await list(.listPromotions, query: [("name", name)], limit: 1, of: PromotionView.self)
        guard let promotion = found.value.items.first else {
            throw CommandFailure.failed("there is no promotion \(SafeText.line(name))")
        }
        return ["project": promotion.project, "promotion": promotion.id]
    }

    private static func whole(_ text: String, _ kind: String) -> [String: String]? {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        return ["project": String(text[..<slash]), kind: String(text[text.index(after: slash)...])]
    }

    private static func only(
        _ text: String,
        _ kind: String,
        _ found: [(project: String, name: String)]
    ) throws(CommandFailure) -> [String: String] {
        guard let first = found.first else { throw .failed("there is no \(kind) \(SafeText.line(text))") }
        guard found.count == 1 else {
            let names = found.map { "\($0.project)/\($0.name)" }.joined(separator: ", ")
            throw .usage("several projects have a \(kind) \(SafeText.line(text))", hint: "name one of \(names)")
        }
        return ["project": first.project, kind: first.name]
    }
}
