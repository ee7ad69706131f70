package import HoistwayModel

/// A browser in which a person has signed in with a token.
package struct SessionRecord: Sendable, Equatable {
    /// SHA-256 of the session's id; only the cookie contains the id itself.
    package var hash: [UInt8]
    /// The token's name.
    package var token: String
    /// The token's own hash: a later token with the same name is a different one, so the session ends.
    package var tokenHash: [UInt8]
    package var createdAt: Timestamp
    package var lastUsedAt: Timestamp

    package init(hash: [UInt8], token: String, tokenHash: [UInt8], createdAt: Timestamp, lastUsedAt: Timestamp) {
        self.hash = hash
        self.token = token
        self.tokenHash = tokenHash
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
    }

    /// How long a session may stay unused.
    package static let idleLimit = Duration.seconds(3600)
    /// How long a session lasts at most.
    package static let lifetime = Duration.seconds(12 * 3600)

    /// The time when it ends if it is not used before.
    package var endsAt: Timestamp { min(lastUsedAt + Self.idleLimit, createdAt + Self.lifetime) }
}

/// A link that signs in once.
package struct SignInLinkRecord: Sendable, Equatable {
    /// SHA-256 of the link's code.
    package var hash: [UInt8]
    package var token: String
    package var tokenHash: [UInt8]
    package var createdAt: Timestamp

    package init(hash: [UInt8], token: String, tokenHash: [UInt8], createdAt: Timestamp) {
        self.hash = hash
        self.token = token
        self.tokenHash = tokenHash
        self.createdAt = createdAt
    }

    /// How long a link can be used.
    package static let lifetime = Duration.seconds(60)
}

/// Stores sessions of browsers, and links that sign in.
///
/// All of it is bounded: each addition removes what has ended.
package protocol SessionStore: Sendable {
    /// `nil`: there is no such session, or it was removed. The caller checks whether the session has ended.
    func session(_ hash: [UInt8]) async throws(StoreFailure) -> SessionRecord?
    /// Adds a session, and removes sessions that have ended.
    ///
    /// It also removes the least recently used sessions above ``SessionBounds/perToken`` for the token, and above
    /// ``SessionBounds/total`` for all.
    ///
    /// - Parameters:
    ///   - link: the hash of the link with which the person signs in; if the link cannot be used up, nothing is stored.
    ///   - audit: stored in the same transaction.
    /// - Returns: `false` where there is no such link: it was used before.
    func add(_ session: SessionRecord, using link: [UInt8]?, audit: [AuditRecord]) async throws(StoreFailure) -> Bool
    func touch(_ hash: [UInt8], at time: Timestamp) async throws(StoreFailure)
    /// - Parameter audit: stored in the same transaction.
    func removeSession(_ hash: [UInt8], audit: [AuditRecord]) async throws(StoreFailure)
    /// Adds a link; removes older links above ``SessionBounds/linksPerToken`` for its token and ``SessionBounds/links``
    /// for all.
    func add(_ link: SignInLinkRecord) async throws(StoreFailure)
    /// `nil`: there is no such link, or it was used. The caller checks whether the link is too old.
    func signInLink(_ hash: [UInt8]) async throws(StoreFailure) -> SignInLinkRecord?
}

/// How many sessions and links are stored.
package enum SessionBounds {
    package static let perToken = 20
    package static let total = 1000
    package static let links = 100
    package static let linksPerToken = 10
}
