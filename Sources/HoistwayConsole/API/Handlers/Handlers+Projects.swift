import HoistwayModel
import HoistwayPorts

extension Handlers {
    /// How many stages of each project a list shows.
    static let stagesOfProject = 50

    func listProjects(_ call: Call) async throws -> Reply {
        let revision = "\(feed.revision)"
        let after = try Cursor(of: call).map { cursor in
            guard let state = cursor.key.first.flatMap({ StageState(rawValue: $0) }), let name = cursor.key.last else {
                throw Cursor.unknown
            }
            return ProjectPosition(state: state, name: name)
        }
        let found = try await pipelines.projects(
            StageFilter(project: try call.project),
            after: after,
            limit: call.limit + 1,
            stages: Self.stagesOfProject
        )
        return try Reply(try call.page(found, revision: revision) { [$0.state.rawValue, $0.name] })
    }

    func getAvailability(_ call: Call) async throws -> Reply {
        try Reply(
            try await pipelines.availability(
                of: call.part("freight"),
                project: call.part("project"),
                from: call.query["from"]
            )
        )
    }

    func listActivity(_ call: Call) async throws -> Reply {
        let revision = "\(feed.revision)"
        let before = try Cursor(of: call).map { try $0.number }
        let found = try await pipelines.activity(project: try call.project, before: before, limit: call.limit + 1)
        return try Reply(try call.page(found, revision: revision) { ["\($0.id)"] })
    }
}
