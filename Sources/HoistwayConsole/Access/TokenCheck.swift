import HoistwayCrypto
package import HoistwayPorts

/// Finds the token that a request carries.
package struct TokenCheck: Sendable {
    /// Longer ones are refused unread; ours have 43 characters.
    static let maxTokenBytes = 512

    let store: any StateStore

    package init(store: any StateStore) {
        self.store = store
    }

    /// `authorization`: the value of the header of this name.
    func caller(authorization: String?) async throws -> Caller {
        guard let authorization else { throw APIError.unauthenticated }
        let parts = authorization.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw APIError.unauthenticated }
        return try await caller(token: String(parts[1]))
    }

    /// Throws ``APIError/unauthenticated`` where nobody made this token.
    package func caller(token: String) async throws -> Caller {
        guard let found = try await record(token: token) else { throw APIError.unauthenticated }
        return Caller(found)
    }

    /// `nil`: nobody made this token.
    package func record(token: String) async throws -> TokenRecord? {
        guard token.utf8.count <= Self.maxTokenBytes else { return nil }
        let hash = SHA256.hash(token)
        var found: TokenRecord?
        // Every token is compared, so that the time does not tell which one came close.
        for token in try await store.tokens() where constantTimeEqual(token.hash, hash) { found = token }
        return found
    }

    /// What a token of this name may do now; `nil`: it was deleted, or another one has its name.
    package func current(_ caller: Caller) async throws -> Caller? {
        try await store.tokens().map { Caller($0) }.first { $0.name == caller.name && $0.madeAt == caller.madeAt }
    }
}
