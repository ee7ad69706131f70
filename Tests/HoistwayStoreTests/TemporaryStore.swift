import Foundation
import HoistwayPorts
import HoistwayStore
import Logging
import Synchronization

/// A folder with a database in it, opened anew as often as asked; removed in the end.
final class TemporaryStore: Sendable {
    let folder: String
    let settings: StoreSettings
    private let current = Mutex<SQLiteStore?>(nil)

    init(retention: Retention = Retention()) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("hoistway-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        settings = StoreSettings(
            path: folder + "/state.db",
            retention: retention,
            lockPatience: .milliseconds(50)
        )
    }

    deinit {
        current.withLock { $0?.close() }
        try? FileManager.default.removeItem(atPath: folder)  // What is left is the system's to clean.
    }

    /// Closes the store that is open, and opens it again.
    func open() throws -> SQLiteStore {
        try current.withLock { store in
            store?.close()
            store = nil
            let opened = try SQLiteStore.open(settings, logger: .quiet)
            store = opened
            return opened
        }
    }
}

extension Logger {
    static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
