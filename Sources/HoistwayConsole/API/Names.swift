import HoistwayModel
import HoistwayPorts

/// Resolves the name of a stage or a warehouse to its key: `project/name`, or a name that only one has.
///
/// For objects that the caller may not see, the answer is the same as for a name that does not exist.
struct Names: Sendable {
    let pipelines: any PipelineOperator
    let caller: Caller

    func stage(_ text: String) async throws -> StageKey {
        let (project, name) = try key(
            text,
            kind: "stage",
            among: try await pipelines.stages(project: caller.project).map { ($0.project, $0.name) }
        )
        return StageKey(project: project, name: name)
    }

    func warehouse(_ text: String) async throws -> WarehouseKey {
        let (project, name) = try key(
            text,
            kind: "warehouse",
            among: try await pipelines.warehouses(project: caller.project).map { ($0.project, $0.name) }
        )
        return WarehouseKey(project: project, name: name)
    }

    /// `nil`: the only project that the caller sees.
    func project(_ name: String?) async throws -> String {
        let seen = Set(try await pipelines.warehouses(project: caller.project).map(\.project)).sorted()
        guard let name else {
            guard seen.count == 1, let only = seen.first else {
                throw APIError(
                    .ambiguousName,
                    "there are several projects",
                    hint: "name one of \(seen.joined(separator: ", "))"
                )
            }
            return only
        }
        guard seen.contains(name) else { throw APIError.notFound("there is no project \(ShownText.quoted(name))") }
        return name
    }

    private func key(
        _ text: String,
        kind: String,
        among known: [(project: String, name: String)]
    ) throws(APIError) -> (project: String, name: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let matches = known.filter {
            caller.sees(project: $0.project)
                && (parts.count == 2 ? $0.project == parts[0] && $0.name == parts[1] : $0.name == text)
        }
        guard let first = matches.first else { throw .notFound("there is no \(kind) \(ShownText.quoted(text))") }
        guard matches.count == 1 else {
            let full = matches.map { "\($0.project)/\($0.name)" }.joined(separator: ", ")
            throw APIError(
                .ambiguousName,
                "several projects have a \(kind) \(ShownText.quoted(text))",
                hint: "name one of \(full)"
            )
        }
        return first
    }
}
