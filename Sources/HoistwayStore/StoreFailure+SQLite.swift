import HoistwayModel
import HoistwayPorts
import HoistwaySQLite

extension StoreFailure {
    /// The meaning of an SQLite error for the server's operator.
    ///
    /// SQL and its arguments are left out, since they may have users' data.
    init(_ error: any Error, operation: String, path: String) {
        if let failure = error as? StoreFailure {
            self = failure
            return
        }
        guard let error = error as? SQLiteFailure else {
            self = .failed(operation: operation, detail: PlainError.text(of: error))
            return
        }
        let detail = "\(error.message) (SQLite \(error.extendedCode))"
        switch error.kind {
        case .full: self = .full(path: path)
        case .locked: self = .locked(path: path)
        case .damaged: self = .corrupt(path: path, detail: detail)
        case .other: self = .failed(operation: operation, detail: detail)
        }
    }
}
