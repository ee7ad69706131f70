import Foundation
import HoistwayTestServers

/// A server in another language that checks the same signature, to compare the receiver with.
///
/// It accepts POST on `/hook`, and four options with one dash, as Go's programs do: `-addr HOST:PORT`, `-secret FILE`
/// (the secret without a line break at the end), `-file FILE` (for deliveries) and `-mode`.
struct PeerServer {
    enum Mode: String {
        /// Answers 202 after the check of the signature.
        case none
        /// Answers 202 once the body is in the file; bodies that arrive together share an fsync.
        case group
    }

    static let path = "/hook"

    let program: String

    /// The same load as for the receiver.
    func load(_ mode: Mode, _ scale: Scale) async throws -> Load.Outcome {
        let folder = try TemporaryFolder("hoistway-peer")
        try folder.write(HoistwayServer.secret, to: "secret")
        let port = try LoopbackPort.free()
        let child = try Child(
            program,
            [
                "-addr", "127.0.0.1:\(port)", "-mode", mode.rawValue, "-secret", "\(folder.path)/secret",
                "-file", "\(folder.path)/deliveries",
            ],
            log: "\(folder.path)/log"
        )
        defer { child.stop(with: SIGKILL) }
        try await HoistwayServer.wait(for: port, of: child)
        var load = Load(program: scale.ownProgram)
        load.path = Self.path
        return try await load.run(
            port: port,
            server: child.pid,
            seconds: scale.seconds,
            limit: Int(scale.seconds * 100_000)
        )
    }
}
