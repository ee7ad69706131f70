import Foundation

/// A Git server over http with one behaviour of the catalogue; everything else is correct.
///
/// It supports protocol v2 and sends all its objects, whatever the client wants. It stores all requests, so that a test
/// can check what was sent where.
package final class HostileGitServer: Sendable {
    package let script: HostileGitScript
    private let server: ScriptedServer
    private let other: ScriptedServer

    package init(_ behaviour: HostileGitBehaviour) throws {
        other = try ScriptedServer { _ in [ScriptedServer.http("200 OK", type: "text/plain", Array("thanks".utf8))] }
        let script = behaviour.script(elsewhere: other.url)
        self.script = script
        server = try .answering { Self.answer($0, script) }
    }

    package var url: String { server.url }
    /// All requests to this server.
    package var received: [ScriptedServer.Received] { server.received }
    /// All requests to a server that no configuration names.
    package var strayed: [ScriptedServer.Received] { other.received }

    /// Packs that a client has sent.
    package var pushes: [ScriptedServer.Received] {
        received.filter { $0.head.hasPrefix("POST") && $0.head.contains("/git-receive-pack ") }
    }

    package func stop() {
        server.stop()
        other.stop()
    }

    private static func answer(_ request: ScriptedServer.Received, _ script: HostileGitScript) -> [ScriptedServer.Step]
    {
        typealias Script = HostileGitScript
        let line = request.head.prefix { $0 != "\r\n" && $0 != "\n" }
        let flush = Array("0000".utf8)
        let id = HostilePack.hex(script.tip)
        if line.hasPrefix("GET"), line.contains("service=git-receive-pack") {
            let refs = Script.packet(
                Array("\(id) refs/heads/main\0report-status side-band-64k ofs-delta delete-refs\n".utf8)
            )
            let body = Script.line("# service=git-receive-pack") + flush + refs + flush
            return script.pushGreeting ?? [Script.answer("receive-pack-advertisement", body)]
        }
        if line.hasPrefix("GET") {
            let abilities = ["version 2", "ls-refs=unborn", "fetch=shallow filter", "object-format=sha1"]
            let body = abilities.flatMap { Script.line($0) } + flush
            return script.greeting ?? [Script.answer("upload-pack-advertisement", body)]
        }
        if line.contains("/git-receive-pack ") { return script.report ?? [report(request)] }
        if String(decoding: request.body.prefix(64), as: UTF8.self).contains("command=ls-refs") {
            let refs = Script.line("\(id) HEAD symref-target:refs/heads/main") + Script.line("\(id) refs/heads/main")
            return script.refs ?? [Script.answer("upload-pack-result", refs + flush)]
        }
        return script.fetch ?? [Script.answer("upload-pack-result", Script.banded(script.pack))]
    }

    /// Accepts everything.
    private static func report(_ request: ScriptedServer.Received) -> ScriptedServer.Step {
        typealias Script = HostileGitScript
        let command = String(decoding: request.body.prefix { $0 != 0 }, as: UTF8.self)
        let ref = command.split(separator: " ").last.map(String.init) ?? ""
        let lines = Script.line("unpack ok") + Script.line("ok \(ref)") + Array("0000".utf8)
        return Script.answer("receive-pack-result", Script.packet([1] + lines) + Array("0000".utf8))
    }
}
