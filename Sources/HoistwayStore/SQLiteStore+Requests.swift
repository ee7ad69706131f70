import Foundation
import GRDB
package import HoistwayModel
package import HoistwayPorts

/// Requests that may be sent again.
extension SQLiteStore: RequestBook {
    package func begin(
        _ request: KeyedRequest,
        most: Int,
        forgetting limit: Timestamp
    ) async throws(StoreFailure) -> KeyedRequestBegin {
        try await write("noting a request") { database in
            try database.execute(sql: "DELETE FROM keyed_requests WHERE at < ?", arguments: [limit.microseconds])
            let known = try Row.fetchOne(
                database,
                sql: "SELECT owner, content, at, status, location, body FROM keyed_requests WHERE key = ?",
                arguments: [Data(request.key)]
            )
            if let known { return .known(KeyedRequest(known, key: request.key)) }
            let count = try Int.fetchOne(
                database,
                sql: "SELECT count(*) FROM keyed_requests WHERE owner = ?",
                arguments: [Data(request.owner)]
            )
            guard count ?? 0 < most else { return .full }
            try database.execute(
                sql: "INSERT INTO keyed_requests (key, owner, content, at) VALUES (?, ?, ?, ?)",
                arguments: [Data(request.key), Data(request.owner), Data(request.content), request.at.microseconds]
            )
            return .begun
        }
    }

    package func finish(_ key: [UInt8], _ answer: KeptAnswer) async throws(StoreFailure) {
        try await write("keeping an answer") { database in
            try database.execute(
                sql: "UPDATE keyed_requests SET status = ?, location = ?, body = ? WHERE key = ?",
                arguments: [answer.status, answer.location, answer.body.map { Data($0) }, Data(key)]
            )
        }
    }

    package func forget(_ key: [UInt8]) async throws(StoreFailure) {
        try await write("forgetting a request") { database in
            try database.execute(sql: "DELETE FROM keyed_requests WHERE key = ?", arguments: [Data(key)])
        }
    }
}

extension KeyedRequest {
    fileprivate init(_ row: Row, key: [UInt8]) {
        let answer = (row[3] as Int?).map { status in
            KeptAnswer(status: status, location: row[4], body: (row[5] as Data?).map { [UInt8]($0) })
        }
        self.init(
            key: key,
            owner: [UInt8](row[0] as Data),
            content: [UInt8](row[1] as Data),
            at: Timestamp(microseconds: row[2]),
            answer: answer
        )
    }
}
