import Foundation
import HoistwayTestServers

/// A `hoistway serve` with a configuration and a state of its own, in a temporary folder.
final class HoistwayServer {
    /// The secret that signs the webhooks of all benchmarks.
    static let secret = "bench-0123456789abcdef"
    static let path = "/hook/bench"

    let folder: TemporaryFolder
    let port: Int
    let healthPort: Int
    let consolePort: Int
    private let program: String
    private let command: [String]
    private(set) var child: Child?

    /// - Parameters:
    ///   - pipelines: the contents of each file of manifests; none where nothing is promoted.
    ///   - command: the arguments before `--config`.
    ///   - port: the port for webhooks; `nil`: any.
    ///   - receiver: another receiver, as an item of a list in one line.
    ///   - registry: the port of the registry over plain http; there is no listener on 1.
    ///   - git: further keys of `git`, each with a comma before it.
    ///   - state: further keys of `state`, each with a comma before it.
    ///   - more: further top-level keys of the configuration.
    init(
        program: String,
        command: [String] = ["serve"],
        pipelines: [String] = [],
        logLevel: String = "warning",
        port: Int? = nil,
        receiver: String? = nil,
        registry: Int = 1,
        git: String = "",
        state: String = "",
        more: String = ""
    ) throws {
        self.program = program
        self.command = command
        folder = try TemporaryFolder("hoistway-bench")
        self.port = try port ?? LoopbackPort.free()
        healthPort = try LoopbackPort.free()
        consolePort = try LoopbackPort.free()
        try folder.write("\(Self.secret)\n", to: "secret")
        try FileManager.default.createDirectory(atPath: "\(folder.path)/pipelines", withIntermediateDirectories: true)
        for (number, text) in pipelines.enumerated() { try folder.write(text, to: "pipelines/\(number).yaml") }
        try folder.write(
            """
            webhooks:
              listen: 127.0.0.1:\(self.port)
              receivers:
                - name: bench
                  path: \(Self.path)
                  sender: github
                  secrets: [{file: secret}]
                  sources: [github.com/acme/*, "127.0.0.1:*/**"]
                \(receiver.map { "- \($0)" } ?? "")
            console: {listen: "127.0.0.1:\(consolePort)"}
            health: {listen: "127.0.0.1:\(healthPort)"}
            state: {url: "sqlite:./state/hoistway.db"\(state)}
            git: {cache: {path: ./git}, maxRefsPerPush: 1000\(git)}
            registries: [{host: "127.0.0.1:\(registry)", insecure: true}]
            log: {level: \(logLevel)}
            \(pipelines.isEmpty ? "manifests: []" : "manifests: [pipelines/*.yaml]")
            \(more)

            """,
            to: "hoistway.yaml"
        )
        try FileManager.default.createDirectory(atPath: "\(folder.path)/state", withIntermediateDirectories: true)
    }

    deinit { child?.stop(with: SIGKILL) }

    var database: String { "\(folder.path)/state/hoistway.db" }
    var pid: Int32 { child?.pid ?? 0 }
    var log: String { child?.output ?? "" }

    /// Returns at once; the program is still starting.
    func launch() throws {
        child = try Child(
            program,
            command + ["--config", "\(folder.path)/hoistway.yaml"],
            log: "\(folder.path)/log"
        )
    }

    /// Returns when webhooks are accepted.
    func start() async throws {
        try launch()
        try await Self.wait(for: port, of: child)
    }

    /// `SIGKILL` where the later state does not matter.
    func stop(with signal: Int32 = SIGTERM) {
        child?.stop(with: signal)
        child = nil
    }

    static func wait(for port: Int, of child: Child?) async throws {
        for _ in 0..<1000 {
            guard let child, child.isRunning else { break }
            if LoopbackPort.isOpen(port) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw BenchFailure.failed("waiting for a server", detail: String((child?.output ?? "").suffix(600)))
    }

    /// The sum of all series with this name; `nil` if no series has it.
    func metric(_ name: String) -> Double? {
        guard let text = LoopbackRequest.get("/metrics", port: healthPort)?.text else { return nil }
        let values = text.split(whereSeparator: \.isNewline).compactMap { line -> Double? in
            guard line.hasPrefix("\(name) ") || line.hasPrefix("\(name){") else { return nil }
            return line.split(separator: " ").last.flatMap { Double($0) }
        }
        return values.isEmpty ? nil : values.reduce(0, +)
    }
}
