import HoistwayTestServers

/// A registry whose images have no tags, and a Git host whose repositories have no branches, on one port.
///
/// It answers at once and always the same, so that an instance's regular looks cost next to nothing.
final class EmptyHost: Sendable {
    private let server: ScriptedServer

    init() throws {
        server = try ScriptedServer { request in [Self.answer(to: request)] }
    }

    var port: Int { server.port }

    func stop() { server.stop() }

    private static func answer(to request: String) -> ScriptedServer.Step {
        let target = request.split(separator: " ").dropFirst().first ?? ""
        if target.hasSuffix("/info/refs?service=git-upload-pack") {
            return .git("upload-pack-advertisement", advertisement)
        }
        if target.hasSuffix("/git-upload-pack") { return .git("upload-pack-result", "0000") }
        let tags = Array(#"{"name":"none","tags":[]}"#.utf8)
        return ScriptedServer.http("200 OK", type: "application/json", tags)
    }

    /// Protocol version 2, with the abilities for a list of branches.
    private static let advertisement =
        packet("# service=git-upload-pack\n") + "0000"
        + ["version 2\n", "agent=git/2.39.5\n", "ls-refs=unborn\n", "fetch=shallow filter\n", "object-format=sha1\n"]
        .map(packet).joined() + "0000"

    /// A line with its length, as in Git's protocol.
    private static func packet(_ text: String) -> String {
        let digits = String(text.utf8.count + 4, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits + text
    }
}

extension ScriptedServer.Step {
    fileprivate static func git(_ type: String, _ text: String) -> ScriptedServer.Step {
        ScriptedServer.http("200 OK", type: "application/x-git-\(type)", Array(text.utf8))
    }
}
