import Foundation
import HoistwayTestServers

/// A server in another language that checks the same signature: what the receiver is compared with.
///
/// It takes POST on `/hook`, and four options with one dash, as Go's programs do: `-addr HOST:PORT`, `-secret FILE` (the
/// secret without a line's end), `-file FILE` (where deliveries go) and `-mode`.
struct PeerServer {
    enum Mode: String {
        /// Answers 202 once the signature is checked.
        case none
        /// Answers 202 once the body is in the file; those that come together share an fsync.
        case group
    }

    static let path = "/hook"

    let program: String

    /// The same load as against the receiver.
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
