import HoistwayPorts
import Hummingbird

/// `/manifests`: which manifests are followed in Git, which commit of each runs, and what is wrong with newer ones.
struct ManifestRoutes: Sendable {
    let manifests: @Sendable () async -> [ManifestSourceView]

    func add(to group: RouterGroup<ConsoleContext>) {
        group.get("manifests") { try await list($0, $1) }
    }

    /// Problems can name all that a source defines: a token for one project sees sources of that project alone.
    private func list(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let caller = try context.caller()
        let found = await manifests().filter { source in
            caller.project.map { source.projects == [$0] } ?? true
        }
        return APICoding.response(Items(items: found))
    }
}
