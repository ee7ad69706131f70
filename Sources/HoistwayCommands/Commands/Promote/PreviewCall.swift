import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// Asks a server for a preview, and waits for its end.
struct PreviewCall {
    let client: ConsoleClient

    /// - Parameter path: the stage's.
    func ended(_ stage: [String: String], freight: String) async throws -> Answer<PreviewView> {
        var answer = try await client.ask(
            .createPreview,
            stage,
            body: ["freight": .string(freight)],
            as: PreviewView.self
        )
        let path = stage.merging(["preview": answer.value.id]) { $1 }
        let id = answer.value.id
        try await EventFollower(client: client).follow(isAbout: { $0.isAbout(.preview, id) }) {
            answer = try await client.ask(.getPreview, path, as: PreviewView.self)
            return answer.value.state == .running || answer.value.state == .waiting
        }
        return answer
    }
}
