import HoistwayModel
package import HoistwayPorts
import HoistwaySQLite
package import Logging
import Synchronization

/// The inbox and the state of the pipelines in one SQLite file.
///
/// Safe to use from any task and thread. Deliveries that were answered as stored, and every `commit` that returned, are
/// on the disk: the writer runs with `synchronous = FULL` in WAL mode. One process at a time may open it for writing;
/// others may read at the same time. After a crash it opens as usual.
package final class SQLiteStore: Sendable {
    let path: String
    let settings: StoreSettings
    let readers: Readers
    let arrivalsHub = Arrivals()
    let zstd = Zstd()
    let metrics = StoreMetrics()
    let logger: Logger
    /// `nil` if the file was opened for reading only.
    let files: StateFiles?
    let lastProbe = Mutex<Probe?>(nil)
    /// The state that is being read in advance.
    let ahead = Mutex<Task<PipelineState, any Error>?>(nil)
    let bodyCount = Mutex(BodyCount())
    let moving = Mutex<MoveProgress?>(nil)
    /// `nil` if the file was opened for reading only.
    private let writing: (connection: WritingConnection, writer: Writer, lock: FileLock)?

    private init(
        settings: StoreSettings,
        logger: Logger,
        held: (connection: WritingConnection, lock: FileLock, files: StateFiles)? = nil
    ) {
        self.settings = settings
        self.logger = logger
        files = held?.files
        path = settings.path
        readers = Readers(settings.path, most: 2)
        let (arrivals, metrics) = (arrivalsHub, metrics)
        writing = held.map { connection, lock, files in
            let writer = Writer(
                connection,
                settings: settings,
                files: files,
                logger: logger,
                arrivals: arrivals,
                metrics: metrics
            )
            return (connection, writer, lock)
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
            if Disk.isFree(settings.path) {
                try NewState.create(settings.path, migrations: migrations)
            } else {
                // It may be empty, or a link that leads nowhere yet.
                try Disk.createPrivate(settings.path)
            }
            let connection = try WritingConnection(settings.path, lockPatience: settings.lockPatience)
            try connection.use { database in
                try Schema.migrate(database, path: settings.path, migrations: migrations)
                try LostLog.expectLog(of: settings.path, database, lock)
            }
            let files = try StateFiles(of: settings.path, logger: logger)
            return SQLiteStore(settings: settings, logger: logger, held: (connection, lock, files))
        } catch {
            throw StoreFailure(error, operation: "opening \(settings.path)", path: settings.path)
        }
    }

    /// Opens for reading only, even while a server is running.
    ///
    /// Writes are refused.
    package static func openReadOnly(_ settings: StoreSettings, logger: Logger) throws(StoreFailure) -> SQLiteStore {
        let known = Schema.migrations.last?.version ?? 0
        do {
            let found = try Schema.version(StateCopy.readOnly(settings.path))
            if found > known { throw StoreFailure.newerSchema(path: settings.path, found: found, known: known) }
            if found < known {
                throw StoreFailure.failed(
                    operation: "reading \(settings.path)",
                    detail: "its schema \(found) is older than \(known); a start of serve brings it up to date"
                )
            }
            return SQLiteStore(settings: settings, logger: logger)
        } catch {
            throw StoreFailure(error, operation: "opening \(settings.path)", path: settings.path)
        }
    }

    /// Writes what is pending, refuses later work, and closes the file and its lock.
    ///
    /// Blocks for one commit.
    package func close() {
        writing?.writer.stop()
        arrivalsHub.finish()
        // A reader may still be active; its connection closes after it, and the writer has nothing pending.
        readers.close()
        guard let (connection, _, lock) = writing, lock.isHeld else { return }
        LostLog.foldIn(connection, lock, logger)
        connection.close()
        lock.release()
    }

    /// Whether a commit is not on the disk yet.
    var isBehind: Bool { writing?.writer.isBehind ?? false }

    /// The setting of the writer's connection: 2 is FULL.
    package func writerSynchronous() async throws(StoreFailure) -> Int {
        try await write("reading PRAGMA synchronous") { try $0.value("PRAGMA synchronous") ?? -1 }
    }
}

extension SQLiteStore {
    func read<Value: Sendable>(
        _ operation: String,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreFailure) -> Value {
        do {
            return try await readers.read(body)
        } catch {
            throw StoreFailure(error, operation: operation, path: path)
        }
    }

    /// Runs in the next transaction; when it returns, the change is as durable as requested.
    ///
    /// Cancelling the task does not cancel it.
    func write<Value: Sendable>(
        _ operation: String,
        _ durability: Durability = .disk,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreFailure) -> Value {
        let result = await withCheckedContinuation { continuation in
            let job = ClosureJob(operation: operation, durability: durability, body: body) {
                continuation.resume(returning: $0)
            }
            if writing?.writer.submit(job) != true {
                job.finish(.failed(operation: operation, detail: writing == nil ? "opened for reading" : "closed"))
            }
        }
        return try result.get()
    }

    /// `false` if it was not accepted.
    func submit(_ delivery: PreparedDelivery) -> Bool {
        writing?.writer.submit(delivery) ?? false
    }
}

/// A closure for the writer's thread, which also returns its value.
private final class ClosureJob<Value: Sendable>: WriterJob {
    let durability: Durability
    private let operation: String
    private let body: @Sendable (Database) throws -> Value
    private let resume: @Sendable (Result<Value, StoreFailure>) -> Void
    private let value = Mutex<Value?>(nil)

    init(
        operation: String,
        durability: Durability,
        body: @escaping @Sendable (Database) throws -> Value,
        resume: @escaping @Sendable (Result<Value, StoreFailure>) -> Void
    ) {
        self.operation = operation
        self.durability = durability
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
