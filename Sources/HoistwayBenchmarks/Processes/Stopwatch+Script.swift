import HoistwayTestServers

extension Stopwatch {
    /// What `sh` took for a script; fails with the first command that fails.
    static func milliseconds(script: String) async throws -> Double {
        try await milliseconds { try await TestProgram.check("sh", ["-e", "-c", script]) }
    }
}
