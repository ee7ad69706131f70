package import HoistwayModel
package import HoistwayPorts
import HoistwaySQLite

/// Sessions of browsers, and sign-in links.
extension SQLiteStore: SessionStore {
    package func session(_ hash: [UInt8]) async throws(StoreFailure) -> SessionRecord? {
        try await read("reading a session") { database in
            let sql = "SELECT hash, token, token_hash, created_at, last_used_at FROM sessions WHERE hash = ?"
            return try database.first(sql, hash) { row in
                SessionRecord(
                    hash: try row[0],
                    token: try row[1],
                    tokenHash: try row[2],
                    createdAt: Timestamp(microseconds: try row[3]),
                    lastUsedAt: Timestamp(microseconds: try row[4])
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
                try database.run("DELETE FROM sign_in_links WHERE hash = ?", link)
                guard database.changedRows == 1 else { return false }
            }
            try Self.removeEndedSessions(at: session.createdAt, database)
            try database.run(
                "INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?)",
                session.hash,
                session.token,
                session.tokenHash,
                session.createdAt.microseconds,
                session.lastUsedAt.microseconds
            )
            let newest = "ORDER BY last_used_at DESC, created_at DESC LIMIT -1 OFFSET ?"
            try database.run(
                "DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE token = ? \(newest))",
                session.token,
                SessionBounds.perToken
            )
            try database.run(
                "DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions \(newest))",
                SessionBounds.total
            )
            for record in audit { try Self.put(record, database) }
            return true
        }
    }

    package func touch(_ hash: [UInt8], at time: Timestamp) async throws(StoreFailure) {
        try await write("noting that a session is used") { database in
            let sql = "UPDATE sessions SET last_used_at = max(last_used_at, ?) WHERE hash = ?"
            try database.run(sql, time.microseconds, hash)
        }
    }

    package func removeSession(_ hash: [UInt8], audit: [AuditRecord]) async throws(StoreFailure) {
        try await write("ending a session") { database in
            try database.run("DELETE FROM sessions WHERE hash = ?", hash)
            for record in audit { try Self.put(record, database) }
        }
    }

    package func add(_ link: SignInLinkRecord) async throws(StoreFailure) {
        try await write("storing a link that signs in") { database in
            let oldest = link.createdAt + (.zero - SignInLinkRecord.lifetime)
            try database.run("DELETE FROM sign_in_links WHERE created_at <= ?", oldest.microseconds)
            try database.run(
                "INSERT OR REPLACE INTO sign_in_links VALUES (?, ?, ?, ?)",
                link.hash,
                link.token,
                link.tokenHash,
                link.createdAt.microseconds
            )
            let newest = "ORDER BY created_at DESC LIMIT -1 OFFSET ?"
            try database.run(
                "DELETE FROM sign_in_links WHERE hash IN (SELECT hash FROM sign_in_links WHERE token = ? \(newest))",
                link.token,
                SessionBounds.linksPerToken
            )
            try database.run(
                "DELETE FROM sign_in_links WHERE hash IN (SELECT hash FROM sign_in_links \(newest))",
                SessionBounds.links
            )
        }
    }

    package func signInLink(_ hash: [UInt8]) async throws(StoreFailure) -> SignInLinkRecord? {
        try await read("reading a link that signs in") { database in
            let sql = "SELECT hash, token, token_hash, created_at FROM sign_in_links WHERE hash = ?"
            return try database.first(sql, hash) { row in
                SignInLinkRecord(
                    hash: try row[0],
                    token: try row[1],
                    tokenHash: try row[2],
                    createdAt: Timestamp(microseconds: try row[3])
                )
            }
        }
    }

    private static func removeEndedSessions(at now: Timestamp, _ database: Database) throws {
        try database.run(
            "DELETE FROM sessions WHERE created_at <= ? OR last_used_at <= ?",
            (now + (.zero - SessionRecord.lifetime)).microseconds,
            (now + (.zero - SessionRecord.idleLimit)).microseconds
        )
    }
}
