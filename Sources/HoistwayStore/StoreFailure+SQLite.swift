import GRDB
import HoistwayModel
import HoistwayPorts

extension StoreFailure {
    /// What SQLite's error means for whoever runs the server.
    ///
    /// SQL and its arguments are left out: they hold content.
    init(_ error: any Error, operation: String, path: String) {
        if let failure = error as? StoreFailure {
            self = failure
            return
        }
        guard let error = error as? DatabaseError else {
            self = .failed(operation: operation, detail: PlainError.text(of: error))
            return
        }
        let detail = "\(error.message ?? "no detail") (SQLite \(error.extendedResultCode.rawValue))"
        switch error.resultCode {
        case .SQLITE_FULL: self = .full(path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked(path: path)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(path: path, detail: detail)
        default: self = .failed(operation: operation, detail: detail)
        }
    }
}
