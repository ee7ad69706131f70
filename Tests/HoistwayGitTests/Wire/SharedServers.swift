import HoistwayTestServers

/// Servers that all tests of the contract share; they end with the test process at the latest.
actor SharedServers {
    static let shared = SharedServers()

    private var http: [Bool: Task<GitHTTPServer, any Error>] = [:]
    private var ssh: [Bool: Task<GitSSHServer, any Error>] = [:]

    /// Serves the whole temporary folder: repositories are named by their absolute paths.
    func http(allowsVersion2: Bool) async throws -> GitHTTPServer {
        if let running = http[allowsVersion2] { return try await running.value }
        let starting = Task {
            var options = GitHTTPServer.Options()
            options.allowsVersion2 = allowsVersion2
            return try await GitHTTPServer.start(root: "", options: options)
        }
        http[allowsVersion2] = starting
        return try await starting.value
    }

    func ssh(acceptsGitProtocol: Bool) async throws -> GitSSHServer {
        if let running = ssh[acceptsGitProtocol] { return try await running.value }
        let starting = Task { try await GitSSHServer.start(acceptsGitProtocol: acceptsGitProtocol) }
        ssh[acceptsGitProtocol] = starting
        return try await starting.value
    }
}
