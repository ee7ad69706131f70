package import HoistwayModel
package import HoistwayPorts
import HoistwaySQLite

/// Requests that may be sent again.
extension SQLiteStore: RequestBook {
    package func begin(
        _ request: KeyedRequest,
        most: Int,
        forgetting limit: Timestamp
    ) async throws(StoreFailure) -> KeyedRequestBegin {
        try await write("noting a request") { database in
            // Each new request removes many old ones, so that they never accumulate.
            let old = "SELECT key FROM keyed_requests WHERE at < ? ORDER BY at LIMIT ?"
            try database.run(
                "DELETE FROM keyed_requests WHERE key IN (\(old))",
                limit.microseconds,
                RetentionSlice.rows
            )
            let sql = "SELECT owner, content, at, status, location, body FROM keyed_requests WHERE key = ?"
            if let known = try database.first(sql, request.key, read: { try KeyedRequest($0, key: request.key) }) {
                return .known(known)
            }
            let count: Int? = try database.value("SELECT count(*) FROM keyed_requests WHERE owner = ?", request.owner)
            guard count ?? 0 < most else { return .full }
            try database.run(
                "INSERT INTO keyed_requests (key, owner, content, at) VALUES (?, ?, ?, ?)",
                request.key,
                request.owner,
                request.content,
                request.at.microseconds
            )
            return .begun
        }
    }

    package func finish(_ key: [UInt8], _ answer: KeptAnswer) async throws(StoreFailure) {
        try await write("keeping an answer") { database in
            try database.run(
                "UPDATE keyed_requests SET status = ?, location = ?, body = ? WHERE key = ?",
                answer.status,
                answer.location,
                answer.body,
                key
            )
        }
    }

    package func forget(_ key: [UInt8]) async throws(StoreFailure) {
        try await write("forgetting a request") { database in
            try database.run("DELETE FROM keyed_requests WHERE key = ?", key)
        }
    }
}

extension KeyedRequest {
    fileprivate init(_ row: borrowing Row, key: [UInt8]) throws {
        var answer: KeptAnswer?
        if let status: Int = try row[3] {
            answer = KeptAnswer(status: status, location: try row[4], body: try row[5])
        }
        self.init(
            key: key,
            owner: try row[0],
            content: try row[1],
            at: Timestamp(microseconds: try row[2]),
            answer: answer
        )
    }
}
