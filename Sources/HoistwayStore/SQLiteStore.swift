import Foundation
import GRDB
package import HoistwayPorts
package import Logging
import Synchronization

/// The inbox and the state of the pipelines in one SQLite file.
///
/// Safe to use from any task and thread. Everything that was answered as stored, and every `commit` that returned, is
/// on the disk: the writer runs with `synchronous = FULL` in WAL mode. One process at a time may open it for writing;
/// others may read beside it. After a crash it is opened as if nothing had happened.
package final class SQLiteStore: Sendable {
    let path: String
    let settings: StoreSettings
    let pool: DatabasePool
    let arrivalsHub = Arrivals()
    let zstd = Zstd()
    let metrics = StoreMetrics()
    let logger: Logger
    /// `nil` where the file was opened for reading only.
    let files: StateFiles?
    let lastProbe = Mutex<Probe?>(nil)
    /// `nil` where the file was opened for reading only.
    private let writer: Writer?
    private let lock: FileLock?

    private init(
        pool: DatabasePool,
        settings: StoreSettings,
        logger: Logger,
        held: (lock: FileLock, files: StateFiles)? = nil
    ) {
        self.pool = pool
        self.settings = settings
        self.logger = logger
        lock = held?.lock
        files = held?.files
        path = settings.path
        let (arrivals, metrics) = (arrivalsHub, metrics)
        writer = held.map {
            Writer(pool, settings: settings, files: $0.files, logger: logger, arrivals: arrivals, metrics: metrics)
        }
    }

    /// Opens for writing: takes the lock, creates or migrates the file.
    ///
    /// Blocks for some milliseconds.
    package static func open(_ settings: StoreSettings, logger: Logger) throws(StoreFailure) -> SQLiteStore {
        try open(settings, logger: logger, migrations: Schema.migrations)
    }

    static func open(
        _ settings: StoreSettings,
        logger: Logger,
        migrations: [Migration]
    ) throws(StoreFailure) -> SQLiteStore {
        let lock = try FileLock(guarding: settings.path)
        if let problem = LostLog.problem(of: settings.path) {
            logger.error("the state may be older than it was", metadata: ["error": .string(problem)])
        }
        do {
            try StateRestore.finish(settings.path)
            try create(settings.path)
            let pool = try DatabasePool(path: settings.path, configuration: configuration(settings))
            try Schema.migrate(pool, path: settings.path, migrations: migrations)
            // A DatabasePool sets NORMAL by itself when it opens, which could lose what was acknowledged.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try LostLog.expectLog(of: settings.path, pool, lock)
            let files = try StateFiles(of: settings.path, logger: logger)
            return SQLiteStore(pool: pool, settings: settings, logger: logger, held: (lock, files))
        } catch {
            throw StoreFailure(error, operation: "opening \(settings.path)", path: settings.path)
        }
    }

    /// Opens for reading only, also beside a running server.
    ///
    /// Writes are refused.
    package static func openReadOnly(_ settings: StoreSettings, logger: Logger) throws(StoreFailure) -> SQLiteStore {
        var configuration = configuration(settings)
        configuration.readonly = true
        let known = Schema.migrations.last?.version ?? 0
        do {
            let pool = try DatabasePool(path: settings.path, configuration: configuration)
            let found = try pool.read(Schema.version)
            if found > known { throw StoreFailure.newerSchema(path: settings.path, found: found, known: known) }
            if found < known {
                throw StoreFailure.failed(
                    operation: "reading \(settings.path)",
                    detail: "its schema \(found) is older than \(known); a start of serve brings it up to date"
                )
            }
            return SQLiteStore(pool: pool, settings: settings, logger: logger)
        } catch {
            throw StoreFailure(error, operation: "opening \(settings.path)", path: settings.path)
        }
    }

    /// The file is made here, for the owner only: it holds what customers' repositories say.
    ///
    /// SQLite gives its `-wal` and `-shm` the same mode.
    private static func create(_ path: String) throws {
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreFailure.failed(operation: "opening \(path)", detail: String(cString: strerror(errno)))
        }
        Foundation.close(descriptor)
    }

    private static func configuration(_ settings: StoreSettings) -> Configuration {
        var configuration = Configuration()
        configuration.label = "hoistway"
        // Rows of one table point to another's by number; the writer keeps them right, and a check costs a look-up.
        configuration.foreignKeysEnabled = false
        configuration.maximumReaderCount = 2
        configuration.prepareDatabase { database in
            // A reader goes through what is pending once: 2 MB of pages, as is usual, would only stay.
            if database.configuration.readonly { try database.execute(sql: "PRAGMA cache_size = -256") }
        }
        let parts = settings.lockPatience.components
        let seconds = Double(parts.seconds) + Double(parts.attoseconds) / 1e18
        configuration.busyMode = .timeout(seconds)
        return configuration
    }

    /// Writes what is pending, refuses what comes after, lets go of the file and its lock.
    ///
    /// Blocks for one commit.
    package func close() {
        writer?.stop()
        arrivalsHub.finish()
        if let lock, lock.isHeld { LostLog.foldIn(pool, lock, logger) }
        // A reader may still be at work; the connections close with it, and nothing is pending any more.
        try? pool.close()
        lock?.release()
    }

    /// The setting as the writer's connection has it: 2 is FULL.
    package func writerSynchronous() async throws(StoreFailure) -> Int {
        try await write("reading PRAGMA synchronous") { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
    }
}

extension SQLiteStore {
    func read<Value: Sendable>(
        _ operation: String,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreFailure) -> Value {
        do {
            return try await pool.read(body)
        } catch {
            throw StoreFailure(error, operation: operation, path: path)
        }
    }

    /// Shares the next transaction; durable when it returns.
    ///
    /// Not cancelled by the task's cancellation.
    func write<Value: Sendable>(
        _ operation: String,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreFailure) -> Value {
        let result = await withCheckedContinuation { continuation in
            let job = ClosureJob(operation: operation, body: body) { continuation.resume(returning: $0) }
            if writer?.submit(job) != true {
                job.finish(.failed(operation: operation, detail: writer == nil ? "opened for reading" : "closed"))
            }
        }
        return try result.get()
    }

    /// `false` where it was not taken.
    func submit(_ delivery: PreparedDelivery) -> Bool {
        writer?.submit(delivery) ?? false
    }
}

/// A closure for the writer's thread, with a way back for its value.
private final class ClosureJob<Value: Sendable>: WriterJob {
    private let operation: String
    private let body: @Sendable (Database) throws -> Value
    private let resume: @Sendable (Result<Value, StoreFailure>) -> Void
    private let value = Mutex<Value?>(nil)

    init(
        operation: String,
        body: @escaping @Sendable (Database) throws -> Value,
        resume: @escaping @Sendable (Result<Value, StoreFailure>) -> Void
    ) {
        self.operation = operation
        self.body = body
        self.resume = resume
    }

    func run(_ database: Database) throws {
        let result = try body(database)
        value.withLock { $0 = result }
    }

    func finish(_ failure: StoreFailure?) {
        if let failure {
            resume(.failure(failure))
        } else if let value = value.withLock({ $0 }) {
            resume(.success(value))
        } else {
            resume(.failure(.failed(operation: operation, detail: "it was not carried out")))
        }
    }
}
