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

    package func put(_ token: TokenRecord, audit: [AuditRecord]) async throws(StoreFailure) {
        try await write("storing a token") { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO tokens VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    token.name, Data(token.hash), token.role.rawValue, token.project, token.createdAt.microseconds,
                ]
            )
            for record in audit { try Self.put(record, database) }
        }
    }

    package func removeToken(named name: String, audit: [AuditRecord]) async throws(StoreFailure) {
        try await write("removing a token") { database in
            try database.execute(sql: "DELETE FROM tokens WHERE name = ?", arguments: [name])
            for record in audit { try Self.put(record, database) }
        }
    }

    package func audit(limit: Int) async throws(StoreFailure) -> [AuditRecord] {
        try await audit(project: nil, before: nil, limit: limit)
    }

    package func audit(project: String?, before: Int64?, limit: Int) async throws(StoreFailure) -> [AuditRecord] {
        try await read("reading the audit trail") { database in
            let columns = "id, at, actor, action, detail, project, object_kind, object_name, outcome"
            let ofProject = project == nil ? "" : "project = :project AND "
            return try Row.fetchAll(
                database,
                sql: "SELECT \(columns) FROM audit WHERE \(ofProject)id < :before ORDER BY id DESC LIMIT :limit",
                arguments: project.map { ["project": $0, "before": before ?? .max, "limit": limit] }
                    ?? ["before": before ?? .max, "limit": limit]
            ).map(AuditRecord.init)
        }
    }
}

extension AuditRecord {
    fileprivate init(_ row: Row) {
        // A kind or an outcome of a later version is left out: the entry's detail has it in words.
        let kind = (row[6] as String?).flatMap(AuditObject.Kind.init)
        self.init(
            id: row[0],
            at: Timestamp(microseconds: row[1]),
            actor: row[2],
            action: row[3],
            detail: row[4],
            project: row[5],
            object: kind.flatMap { kind in (row[7] as String?).map { AuditObject(kind, $0) } },
            outcome: (row[8] as String?).flatMap(AuditOutcome.init)
        )
    }
}
