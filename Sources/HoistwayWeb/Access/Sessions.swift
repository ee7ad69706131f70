package import HoistwayConsole
import HoistwayCrypto
import HoistwayModel
package import HoistwayPorts
import Synchronization

/// The user of a page: a token's holder, in a browser that was signed in.
package struct Visitor: Sendable, Equatable {
    package var caller: Caller
    /// SHA-256 of the session's id.
    package var session: [UInt8]
    /// For the forms of this session's pages.
    package var formToken: String
}

/// Signs browsers in and out, and finds the session of a request.
///
/// Safe to use from several tasks at once. Sessions are in the store, so a restart ends none. The token's role and
/// project are read at each request, so that a deleted token ends its sessions at once.
package final class Sessions: Sendable {
    private let sessions: any SessionStore
    private let store: any StateStore
    private let clock: any WallClock
    private let tries = Mutex(SignInTries())

    /// The last use of a session is written once in this time, not with each request: a session may end this much too
    /// early.
    private static let useStep = Duration.seconds(60)

    package init(sessions: any SessionStore, store: any StateStore, clock: any WallClock) {
        self.sessions = sessions
        self.store = store
        self.clock = clock
    }

    /// Why the sign-in failed; it does not show what was wrong with a token.
    package enum Refusal: Error, Equatable {
        case token
        case tooManyTries
        case link
        /// The store does not answer.
        case unavailable(APIError)
    }

    /// The session of a cookie; `nil` if there is none, it has ended, or its token was deleted.
    ///
    /// - Parameter isUse: whether a person did something, or only the page's script asked for changes.
    package func visitor(cookie: String?, isUse: Bool) async throws -> Visitor? {
        guard let cookie, cookie.utf8.count <= 128 else { return nil }
        let hash = SHA256.hash(cookie)
        guard let record = try await sessions.session(hash) else { return nil }
        let now = clock.now()
        let token = try await store.tokens().first { $0.name == record.token && $0.hash == record.tokenHash }
        guard now < record.endsAt, let token else {
            try await sessions.removeSession(hash, audit: [])
            return nil
        }
        if isUse, now >= record.lastUsedAt + Self.useStep { try await sessions.touch(hash, at: now) }
        return Visitor(caller: Caller(token), session: hash, formToken: try FormToken.of(cookie))
    }

    /// Whether the session with this hash is still valid; a stream calls it while it is open.
    package func isOpen(_ session: [UInt8]) async throws -> Bool {
        guard let record = try await sessions.session(session), clock.now() < record.endsAt else { return false }
        return try await store.tokens().contains { $0.name == record.token && $0.hash == record.tokenHash }
    }

    /// Makes a session for an entered token, and returns the cookie's value.
    package func signIn(token: String, from address: String) async throws -> String {
        guard tries.withLock({ $0.allow(address, at: clock.now()) }) else { throw Refusal.tooManyTries }
        guard let record = try await known(token),
            let id = try await begin(record, "with its token, from \(address)", using: nil)
        else {
            try await noteRefusal("token", from: address)
            throw Refusal.token
        }
        return id
    }

    /// Makes a session for a link, which is valid for one sign-in.
    package func signIn(link code: String, from address: String) async throws -> String {
        guard tries.withLock({ $0.allow(address, at: clock.now()) }) else { throw Refusal.tooManyTries }
        let hash = SHA256.hash(code)
        let link = code.utf8.count <= 128 ? try await sessions.signInLink(hash) : nil
        let now = clock.now()
        guard let link, now < link.createdAt + SignInLinkRecord.lifetime, now >= link.createdAt + .seconds(-1),
            let record = try await store.tokens().first(where: { $0.name == link.token && $0.hash == link.tokenHash }),
            let id = try await begin(record, "with a link, from \(address)", using: hash)
        else {
            try await noteRefusal("link", from: address)
            throw Refusal.link
        }
        return id
    }

    /// Makes a link that signs in with this token, and returns its code; only the hash is stored.
    package func makeLink(for record: TokenRecord) async throws -> String {
        let code = try RandomBytes.token()
        try await sessions.add(
            SignInLinkRecord(
                hash: SHA256.hash(code),
                token: record.name,
                tokenHash: record.hash,
                createdAt: clock.now()
            )
        )
        return code
    }

    package func signOut(_ visitor: Visitor, from address: String) async throws {
        let record = audited(visitor.caller.name, .signOut, "from \(address)", visitor.caller.project)
        try await sessions.removeSession(visitor.session, audit: [record])
    }

    /// A value for the cookie that connects the sign-in form to its browser.
    package func signInCookie() throws -> String { try RandomBytes.token() }

    /// Stores the session, its audit record and the use of the link together, or nothing.
    ///
    /// - Returns: the cookie's value; `nil` if the link was already used.
    private func begin(_ token: TokenRecord, _ how: String, using link: [UInt8]?) async throws -> String? {
        let id = try RandomBytes.token()
        let now = clock.now()
        let session = SessionRecord(
            hash: SHA256.hash(id),
            token: token.name,
            tokenHash: token.hash,
            createdAt: now,
            lastUsedAt: now
        )
        let record = audited(token.name, .signIn, how, token.project)
        return try await sessions.add(session, using: link, audit: [record]) ? id : nil
    }

    private func known(_ text: String) async throws -> TokenRecord? {
        try await TokenCheck(store: store).record(token: text.trimmingBlanks)
    }

    private func noteRefusal(_ what: String, from address: String) async throws {
        guard tries.withLock({ $0.record(at: clock.now()) }) else { return }
        var record = audited("nobody", .signIn, "by \(what), from \(address)", nil)
        record.outcome = .refused
        try await store.commit([], deliveries: [], audit: [record])
    }

    private func audited(_ actor: String, _ action: AuditAction, _ detail: String, _ project: String?) -> AuditRecord {
        AuditRecord(
            at: clock.now(),
            actor: actor,
            action: action.stored,
            detail: detail,
            project: project,
            outcome: .done
        )
    }
}

extension String {
    /// A copied token often ends with a line break.
    fileprivate var trimmingBlanks: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0.isNewline || $0 == "\t" }
        return String(Substring(drop(while: isBlank).reversed().drop(while: isBlank).reversed()))
    }
}
