import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// Asks a server for a preview, and shows it when it has ended.
struct PreviewCall {
    private static let pause = Duration.milliseconds(250)

    let client: ConsoleClient
    let options: ClientOptions

    /// Exits with 1 unless the promotion would succeed.
    func show(stage name: String, freight: String) async throws {
        var path = try await client.stage(name)
        var answer = try await client.ask(
            .createPreview,
            path,
            body: ["freight": .string(freight)],
            as: PreviewView.self
        )
        path["preview"] = answer.value.id
        while answer.value.state == .running || answer.value.state == .waiting {
            try await Task.sleep(for: Self.pause)
            answer = try await client.ask(.getPreview, path, as: PreviewView.self)
        }
        try options.show(answer) { PreviewText(view: $0).text }
        guard answer.value.state == .succeeded else { throw ExitStatus.failed }
    }
}
