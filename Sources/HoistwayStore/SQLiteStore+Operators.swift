import Foundation
import GRDB
import HoistwayModel
package import HoistwayPorts

/// Tokens and the audit trail.
extension SQLiteStore {
    package func tokens() async throws(StoreFailure) -> [TokenRecord] {
        try await read("reading tokens") { [path] database in
            try Row.fetchAll(database, sql: "SELECT name, hash, role, project, created_at FROM tokens ORDER BY name")
                .map { row in
                    // A role that is unknown must not become another one.
                    guard let role = TokenRole(rawValue: row[2]) else {
                        throw StoreFailure.corrupt(path: path, detail: "token \(row[0] as String) has an unknown role")
                    }
                    return TokenRecord(
                        name: row[0],
                        hash: [UInt8](row[1] as Data),
                        role: role,
                        project: row[3],
                        createdAt: Timestamp(microseconds: row[4])
                    )
                }
        }
    }

    package func put(_ token: TokenRecord) async throws(StoreFailure) {
        try await write("storing a token") { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO tokens VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    token.name, Data(token.hash), token.role.rawValue, token.project, token.createdAt.microseconds,
                ]
            )
        }
    }

    package func removeToken(named name: String) async throws(StoreFailure) {
        try await write("removing a token") { database in
            try database.execute(sql: "DELETE FROM tokens WHERE name = ?", arguments: [name])
        }
    }

    package func audit(limit: Int) async throws(StoreFailure) -> [AuditRecord] {
        try await read("reading the audit trail") { database in
            try Row.fetchAll(
                database,
                sql: "SELECT at, actor, action, detail FROM audit ORDER BY id DESC LIMIT ?",
                arguments: [limit]
            ).map { row in
                AuditRecord(at: Timestamp(microseconds: row[0]), actor: row[1], action: row[2], detail: row[3])
            }
        }
    }
}
