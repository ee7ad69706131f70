import Foundation
import GRDB
package import HoistwayModel
package import HoistwayPorts

/// Sessions of browsers, and links that sign in.
extension SQLiteStore: SessionStore {
    package func session(_ hash: [UInt8]) async throws(StoreFailure) -> SessionRecord? {
        try await read("reading a session") { database in
            try Row.fetchOne(
                database,
                sql: "SELECT hash, token, token_hash, created_at, last_used_at FROM sessions WHERE hash = ?",
                arguments: [Data(hash)]
            ).map { row in
                SessionRecord(
                    hash: [UInt8](row[0] as Data),
                    token: row[1],
                    tokenHash: [UInt8](row[2] as Data),
                    createdAt: Timestamp(microseconds: row[3]),
                    lastUsedAt: Timestamp(microseconds: row[4])
                )
            }
        }
    }

    package func add(
        _ session: SessionRecord,
        using link: [UInt8]?,
        audit: [AuditRecord]
    ) async throws(StoreFailure) -> Bool {
        try await write("storing a session") { database in
            if let link {
                try database.execute(sql: "DELETE FROM sign_in_links WHERE hash = ?", arguments: [Data(link)])
                guard database.changesCount == 1 else { return false }
            }
            try Self.removeEndedSessions(at: session.createdAt, database)
            try database.execute(
                sql: "INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    Data(session.hash), session.token, Data(session.tokenHash), session.createdAt.microseconds,
                    session.lastUsedAt.microseconds,
                ]
            )
            let newest = "ORDER BY last_used_at DESC, created_at DESC LIMIT -1 OFFSET ?"
            try database.execute(
                sql: "DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE token = ? \(newest))",
                arguments: [session.token, SessionBounds.perToken]
            )
            try database.execute(
                sql: "DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions \(newest))",
                arguments: [SessionBounds.total]
            )
            for record in audit { try Self.put(record, database) }
            return true
        }
    }

    package func touch(_ hash: [UInt8], at time: Timestamp) async throws(StoreFailure) {
        try await write("noting that a session is used") { database in
            try database.execute(
                sql: "UPDATE sessions SET last_used_at = max(last_used_at, ?) WHERE hash = ?",
                arguments: [time.microseconds, Data(hash)]
            )
        }
    }

    package func removeSession(_ hash: [UInt8], audit: [AuditRecord]) async throws(StoreFailure) {
        try await write("ending a session") { database in
            try database.execute(sql: "DELETE FROM sessions WHERE hash = ?", arguments: [Data(hash)])
            for record in audit { try Self.put(record, database) }
        }
    }

    package func add(_ link: SignInLinkRecord) async throws(StoreFailure) {
        try await write("storing a link that signs in") { database in
            let oldest = link.createdAt + (.zero - SignInLinkRecord.lifetime)
            try database.execute(
                sql: "DELETE FROM sign_in_links WHERE created_at <= ?",
                arguments: [oldest.microseconds]
            )
            try database.execute(
                sql: "INSERT OR REPLACE INTO sign_in_links VALUES (?, ?, ?, ?)",
                arguments: [Data(link.hash), link.token, Data(link.tokenHash), link.createdAt.microseconds]
            )
            let newest = "ORDER BY created_at DESC LIMIT -1 OFFSET ?"
            try database.execute(
                sql: """
                    DELETE FROM sign_in_links WHERE hash IN (SELECT hash FROM sign_in_links WHERE token = ? \(newest))
                    """,
                arguments: [link.token, SessionBounds.linksPerToken]
            )
            try database.execute(
                sql: "DELETE FROM sign_in_links WHERE hash IN (SELECT hash FROM sign_in_links \(newest))",
                arguments: [SessionBounds.links]
            )
        }
    }

    package func signInLink(_ hash: [UInt8]) async throws(StoreFailure) -> SignInLinkRecord? {
        try await read("reading a link that signs in") { database in
            try Row.fetchOne(
                database,
                sql: "SELECT hash, token, token_hash, created_at FROM sign_in_links WHERE hash = ?",
                arguments: [Data(hash)]
            ).map { row in
                SignInLinkRecord(
                    hash: [UInt8](row[0] as Data),
                    token: row[1],
                    tokenHash: [UInt8](row[2] as Data),
                    createdAt: Timestamp(microseconds: row[3])
                )
            }
        }
    }

    private static func removeEndedSessions(at now: Timestamp, _ database: Database) throws {
        try database.execute(
            sql: "DELETE FROM sessions WHERE created_at <= ? OR last_used_at <= ?",
            arguments: [
                (now + (.zero - SessionRecord.lifetime)).microseconds,
                (now + (.zero - SessionRecord.idleLimit)).microseconds,
            ]
        )
    }
}
