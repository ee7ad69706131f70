import HoistwayTestServers

extension GitHTTPServer {
    /// How many pushes the server's log has; of one that was just answered the line may be still to come.
    func pushes() async throws -> Int {
        try await requests().count { $0.method == "POST" && $0.uri.hasSuffix("/git-receive-pack") }
    }
}
