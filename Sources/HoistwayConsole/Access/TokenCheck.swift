import HoistwayCrypto
package import HoistwayPorts

/// Finds the token of a request.
package struct TokenCheck: Sendable {
    /// Longer tokens are refused unread; Hoistway's tokens have 43 characters.
    static let maxTokenBytes = 512

    let store: any StateStore

    package init(store: any StateStore) {
        self.store = store
    }

    /// - Parameter authorization: the value of the header with this name.
    func caller(authorization: String?) async throws -> Caller {
        guard let authorization else { throw APIError.unauthenticated }
        let parts = authorization.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw APIError.unauthenticated }
        return try await caller(token: String(parts[1]))
    }

    /// Throws ``APIError/unauthenticated`` if there is no such token.
    package func caller(token: String) async throws -> Caller {
        guard let found = try await record(token: token) else { throw APIError.unauthenticated }
        return Caller(found)
    }

    /// `nil`: there is no such token.
    package func record(token: String) async throws -> TokenRecord? {
        guard token.utf8.count <= Self.maxTokenBytes else { return nil }
        let hash = SHA256.hash(token)
        var found: TokenRecord?
        // All tokens are compared, so that the time does not show which one was similar.
        for token in try await store.tokens() where constantTimeEqual(token.hash, hash) { found = token }
        return found
    }

    /// The token's present rights; `nil`: it was deleted, or another token has its name.
    package func current(_ caller: Caller) async throws -> Caller? {
        try await store.tokens().map { Caller($0) }.first { $0.name == caller.name && $0.madeAt == caller.madeAt }
    }
}
