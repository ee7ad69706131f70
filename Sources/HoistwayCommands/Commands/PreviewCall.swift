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
        let stage = try await path(of: name)
        var answer = try await client.post(
            "\(stage)/previews",
            PreviewBody(freight: freight),
            as: PreviewView.self
        )
        while answer.value.state == .running {
            try await Task.sleep(for: Self.pause)
            answer = try await client.get(
                "\(stage)/previews/\(ConsoleClient.escaped(answer.value.id))",
                as: PreviewView.self
            )
        }
        options.show(answer) { PreviewText(view: $0).text }
        guard answer.value.state == .succeeded else { throw ExitStatus.failed }
    }

    /// `name` where only one project has such a stage, else `project/name`.
    private func path(of name: String) async throws -> String {
        var key = name.split(separator: "/", maxSplits: 1).map(String.init)
        if key.count == 1 {
            let all = try await client.get("stages", as: Items<StageView>.self).value.items.filter { $0.name == name }
            guard let only = all.first else { throw CommandFailure.usage("there is no stage \(name)") }
            guard all.count == 1 else {
                let names = all.map { "\($0.project)/\($0.name)" }.joined(separator: ", ")
                throw CommandFailure.usage("several projects have a stage \(name): name one of \(names)")
            }
            key = [only.project, only.name]
        }
        guard key.count == 2 else { throw CommandFailure.usage("\(name) is no stage: write project/name") }
        return "projects/\(ConsoleClient.escaped(key[0]))/stages/\(ConsoleClient.escaped(key[1]))"
    }
}
