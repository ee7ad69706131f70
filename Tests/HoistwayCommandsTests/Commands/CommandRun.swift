import Foundation
import HoistwayTestServers

/// Commands of people: on a terminal, in a pipe, or as long as they run.
extension ServedProgram {
    /// With further variables of the environment.
    func command(_ arguments: [String], environment: [String: String]) async throws -> TestProgram.Result {
        try await TestProgram.run(
            try Self.program,
            arguments + ["--config", configFile],
            in: folder.path,
            environment: environment
        )
    }

    /// On a terminal of 24 lines and so many columns, with `input` typed; output and errors come together.
    func onTerminal(
        _ arguments: [String],
        columns: Int = 80,
        typing input: String = "",
        environment: [String: String] = [:]
    ) async throws -> TestProgram.Result {
        let words = ([try Self.program] + arguments + ["--config", configFile]).map { "'\($0)'" }
        var result = try await TestProgram.run(
            "script",
            ["-qec", "stty rows 24 cols \(columns) -echo; \(words.joined(separator: " "))", "/dev/null"],
            in: folder.path,
            input: Array(input.utf8),
            environment: environment.merging(["PAGER": "cat", "TERM": "xterm"]) { own, _ in own }
        )
        // The end of the typed input.
        result.output.removeAll { $0 == UInt8(ascii: "\r") || $0 == 4 }
        return result
    }

    /// Sends Ctrl-C to the running command of this name that has this configuration.
    func interrupt(_ command: String) throws {
        for path in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
            guard let pid = pid_t(path), let line = FileManager.default.contents(atPath: "/proc/\(path)/cmdline")
            else { continue }
            let words = String(decoding: line, as: UTF8.self).split(separator: "\0")
            guard words.first?.hasSuffix("/hoistway") == true, words.dropFirst().first == Substring(command),
                words.contains(Substring(configFile))
            else { continue }
            Foundation.kill(pid, SIGINT)
        }
    }

    /// One that runs until it is stopped; what it prints goes to the file.
    func running(_ arguments: [String], log: String) throws -> ServerProcess {
        try ServerProcess(
            try Self.program,
            arguments + ["--config", configFile],
            environment: TestProgram.environment(home: folder.path),
            log: log
        )
    }
}
