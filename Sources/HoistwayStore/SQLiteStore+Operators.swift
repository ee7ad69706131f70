import HoistwayModel
package import HoistwayPorts
import HoistwaySQLite

/// Tokens and the audit trail.
extension SQLiteStore {
    package func tokens() async throws(StoreFailure) -> [TokenRecord] {
        try await read("reading tokens") { [path] database in
            try database.all("SELECT name, hash, role, project, created_at FROM tokens ORDER BY name") { row in
                let name: String = try row[0]
                // An unknown role must not be read as another one.
                guard let role = TokenRole(rawValue: try row[2]) else {
                    throw StoreFailure.corrupt(path: path, detail: "token \(name) has an unknown role")
                }
                return TokenRecord(
                    name: name,
                    hash: try row[1],
                    role: role,
                    project: try row[3],
                    createdAt: Timestamp(microseconds: try row[4])
                )
            }
        }
    }

    package func put(_ token: TokenRecord, audit: [AuditRecord]) async throws(StoreFailure) {
        try await write("storing a token") { database in
            try database.run(
                "INSERT OR REPLACE INTO tokens VALUES (?, ?, ?, ?, ?)",
                token.name,
                token.hash,
                token.role.rawValue,
                token.project,
                token.createdAt.microseconds
            )
            for record in audit { try Self.put(record, database) }
        }
    }

    package func removeToken(named name: String, audit: [AuditRecord]) async throws(StoreFailure) {
        try await write("removing a token") { database in
            try database.run("DELETE FROM tokens WHERE name = ?", name)
            for record in audit { try Self.put(record, database) }
        }
    }

    package func audit(limit: Int) async throws(StoreFailure) -> [AuditRecord] {
        try await audit(project: nil, before: nil, limit: limit)
    }

    package func audit(project: String?, before: Int64?, limit: Int) async throws(StoreFailure) -> [AuditRecord] {
        try await read("reading the audit trail") { database in
            let columns = "id, at, actor, action, detail, project, object_kind, object_name, outcome"
            let (newest, before) = ("id < ? ORDER BY id DESC LIMIT ?", before ?? .max)
            guard let project else {
                let sql = "SELECT \(columns) FROM audit WHERE \(newest)"
                return try database.all(sql, before, limit, read: AuditRecord.init)
            }
            let sql = "SELECT \(columns) FROM audit WHERE project = ? AND \(newest)"
            return try database.all(sql, project, before, limit, read: AuditRecord.init)
        }
    }
}

extension AuditRecord {
    fileprivate init(_ row: borrowing Row) throws {
        // A kind or an outcome of a later version is left out: the entry's detail has it as text.
        let kind = (try row[6] as String?).flatMap(AuditObject.Kind.init)
        let name: String? = try row[7]
        self.init(
            id: try row[0],
            at: Timestamp(microseconds: try row[1]),
            actor: try row[2],
            action: try row[3],
            detail: try row[4],
            project: try row[5],
            object: kind.flatMap { kind in name.map { AuditObject(kind, $0) } },
            outcome: (try row[8] as String?).flatMap(AuditOutcome.init)
        )
    }
}
