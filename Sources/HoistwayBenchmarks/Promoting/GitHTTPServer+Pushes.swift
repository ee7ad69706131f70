import HoistwayTestServers

extension GitHTTPServer {
    /// How many pushes the server's log has; of one that was just answered the line may be still to come.
    func pushes() async throws -> Int {
        try await requests().count(where: Self.isPush)
    }

    /// Milliseconds from the first byte of the last push to the end of its answer; 0 before any.
    func lastPush() async throws -> Double {
        try await requests().last(where: Self.isPush)?.milliseconds ?? 0
    }

    private static func isPush(_ request: Request) -> Bool {
        request.method == "POST" && request.uri.hasSuffix("/git-receive-pack")
    }
}
