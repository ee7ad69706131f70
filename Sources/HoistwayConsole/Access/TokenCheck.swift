import HoistwayCrypto
import HoistwayPorts

/// Finds the token that a request carries.
struct TokenCheck: Sendable {
    /// Longer ones are refused unread; ours have 43 characters.
    static let maxTokenBytes = 512

    let store: any StateStore

    /// `authorization`: the value of the header of this name.
    func caller(authorization: String?) async throws -> Caller {
        guard let authorization else { throw APIError.unauthenticated }
        let parts = authorization.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer", parts[1].utf8.count <= Self.maxTokenBytes else {
            throw APIError.unauthenticated
        }
        let hash = SHA256.hash(String(parts[1]))
        var found: TokenRecord?
        // Every token is compared, so that the time does not tell which one came close.
        for token in try await store.tokens() where constantTimeEqual(token.hash, hash) { found = token }
        guard let found else { throw APIError.unauthenticated }
        return Caller(found)
    }
}
