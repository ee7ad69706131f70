package import HoistwayModel

/// A browser that somebody has signed in with a token.
package struct SessionRecord: Sendable, Equatable {
    /// SHA-256 of the session's id; the id itself is in the cookie only.
    package var hash: [UInt8]
    /// The token's name.
    package var token: String
    /// The token's own hash: a later token of the same name is another one, and ends the session too.
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

    /// When it ends if nobody uses it before.
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

    /// How long a link signs in.
    package static let lifetime = Duration.seconds(60)
}

/// Keeps sessions of browsers and links that sign in.
///
/// All of it is bounded: what has ended is removed whenever something is added.
package protocol SessionStore: Sendable {
    /// `nil`: there is none, or it was removed; whether it has ended is for the caller to judge.
    func session(_ hash: [UInt8]) async throws(StoreFailure) -> SessionRecord?
    /// Adds a session. Those that have ended go, and of the others the least recently used beyond
    /// ``SessionBounds/perToken`` of its token, and beyond ``SessionBounds/total`` of all.
    ///
    /// - Parameters:
    ///   - link: the hash of the link that it is signed in with; the link is used up with it, or nothing is stored.
    ///   - audit: stored with it, or nothing is.
    /// - Returns: `false` where there is no such link any more: somebody else has used it.
    func add(_ session: SessionRecord, using link: [UInt8]?, audit: [AuditRecord]) async throws(StoreFailure) -> Bool
    func touch(_ hash: [UInt8], at time: Timestamp) async throws(StoreFailure)
    /// - Parameter audit: stored with it, or nothing is.
    func removeSession(_ hash: [UInt8], audit: [AuditRecord]) async throws(StoreFailure)
    /// Adds a link; older ones beyond ``SessionBounds/linksPerToken`` of its token and ``SessionBounds/links`` of all go.
    func add(_ link: SignInLinkRecord) async throws(StoreFailure)
    /// `nil`: there is none, or it was used; whether it is too old is for the caller to judge.
    func signInLink(_ hash: [UInt8]) async throws(StoreFailure) -> SignInLinkRecord?
}

/// How many sessions and links are kept.
package enum SessionBounds {
    package static let perToken = 20
    package static let total = 1000
    package static let links = 100
    package static let linksPerToken = 10
}
