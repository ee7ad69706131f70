import HoistwayTestServers

extension Stopwatch {
    /// The duration of a script in `sh`; throws after the first command that fails.
    static func milliseconds(script: String) async throws -> Double {
        try await milliseconds { try await TestProgram.check("sh", ["-e", "-c", script]) }
    }
}
