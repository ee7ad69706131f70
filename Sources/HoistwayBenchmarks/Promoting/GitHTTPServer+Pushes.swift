import HoistwayTestServers

extension GitHTTPServer {
    /// The number of pushes in the server's log; the line of the last answer may still be missing.
    func pushes() async throws -> Int {
        try await requests().count(where: \.isPush)
    }

    /// The requests of a promotion that has just moved a branch: those after the first `known`, up to the push.
    ///
    /// The branch moves before the answer to the push: this waits for its log line.
    func promotion(after known: Int) async throws -> [Request] {
        var found: [Request] = []
        try await eventually("the push in the server's log") {
            let new = try await requests().dropFirst(known)
            guard let push = new.firstIndex(where: \.isPush) else { return false }
            found = Array(new[...push])
            return true
        }
        return found
    }
}

extension GitHTTPServer.Request {
    fileprivate var isPush: Bool { method == "POST" && uri.hasSuffix("/git-receive-pack") }
}
