import HoistwayPorts
import HoistwaySQLite

/// One step of the schema, starting from the version before.
struct Migration: Sendable {
    var version: Int
    var sql: String
}

/// The tables, and their migrations.
///
/// A released migration is never changed: a new one is added.
enum Schema {
    static let migrations = [
        Migration(version: 1, sql: first), Migration(version: 2, sql: perSubscription),
        Migration(version: 3, sql: stepResults), Migration(version: 4, sql: newKinds),
        Migration(version: 5, sql: argocdKinds), Migration(version: 6, sql: auditObjects),
        Migration(version: 7, sql: sessions), Migration(version: 8, sql: keyedRequests),
        Migration(version: 9, sql: knownTags),
        Migration(version: 10, sql: endedPromotions),
    ]

    /// Bodies have their own table, so that listing, counting and setting outcomes only read small rows.
    ///
    /// `deliveries_by_state` answers the queries of the start: what is pending, and how much. `seen` has a key for each
    /// sender's id and for each body hash, up to the delivery in `seen_through`: see `SeenIndex`.
    private static let first = """
        CREATE TABLE schema_version (version INTEGER NOT NULL, applied_at TEXT NOT NULL);
        CREATE TABLE receivers (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY,
            receiver INTEGER NOT NULL,
            sender_id TEXT,
            body_sha256 BLOB NOT NULL,
            headers TEXT NOT NULL,
            received_at INTEGER NOT NULL,
            verdict TEXT NOT NULL,
            is_evidence INTEGER NOT NULL,
            state INTEGER NOT NULL,
            reason TEXT NOT NULL,
            next_try INTEGER,
            attempts INTEGER NOT NULL,
            stored_bytes INTEGER NOT NULL
        );
        CREATE INDEX deliveries_by_state ON deliveries (state, id, next_try);
        CREATE TABLE bodies (delivery INTEGER PRIMARY KEY, size INTEGER NOT NULL, bytes BLOB NOT NULL);
        CREATE TABLE traces (delivery INTEGER PRIMARY KEY, lines TEXT NOT NULL);
        CREATE TABLE seen (key BLOB PRIMARY KEY, delivery INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE seen_through (id INTEGER NOT NULL);
        INSERT INTO seen_through VALUES (0);
        CREATE TABLE records (
            kind TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (kind, key)
        );
        CREATE TABLE tokens (
            name TEXT PRIMARY KEY, hash BLOB NOT NULL, role TEXT NOT NULL, project TEXT, created_at INTEGER NOT NULL
        );
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL
        );
        """

    /// The decisions of subscriptions about a delivery, as JSON next to the trace, and the kind of a failure.
    ///
    /// `deliveries_due` has waiting deliveries only: a search for due ones must not read all waiting rows.
    private static let perSubscription = """
        ALTER TABLE deliveries ADD COLUMN failure TEXT;
        ALTER TABLE traces ADD COLUMN decisions BLOB;
        CREATE INDEX deliveries_due ON deliveries (next_try) WHERE state = 1;
        """

    /// The step results of each promotion, as JSON: read only if a promotion is resumed or shown.
    private static let stepResults = """
        CREATE TABLE step_results (promotion TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        """

    /// No table changes.
    ///
    /// Records of the kinds `warehouse` and `annotations` may exist from now on: an older version must report that the
    /// state is newer, not that it is damaged.
    private static let newKinds = "-- The kinds of records are named in RecordKind.swift."

    /// No table changes: records of the kinds `refresh` and `health` may exist from now on.
    private static let argocdKinds = "-- The kinds of records are named in RecordKind.swift."

    /// The object of each audit entry, and its outcome; `NULL` in entries of older versions.
    private static let auditObjects = """
        ALTER TABLE audit ADD COLUMN project TEXT;
        ALTER TABLE audit ADD COLUMN object_kind TEXT;
        ALTER TABLE audit ADD COLUMN object_name TEXT;
        ALTER TABLE audit ADD COLUMN outcome TEXT;
        CREATE INDEX audit_by_project ON audit (project, id);
        """

    /// Browsers that have signed in, and links for one sign-in: hashes only, never an id or a code.
    private static let sessions = """
        CREATE TABLE sessions (
            hash BLOB PRIMARY KEY, token TEXT NOT NULL, token_hash BLOB NOT NULL, created_at INTEGER NOT NULL,
            last_used_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE sign_in_links (
            hash BLOB PRIMARY KEY, token TEXT NOT NULL, token_hash BLOB NOT NULL, created_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        """

    /// Requests that may be sent again, with their answers; `status` is `NULL` until there is an answer.
    private static let keyedRequests = """
        CREATE TABLE keyed_requests (
            key BLOB PRIMARY KEY, owner BLOB NOT NULL, content BLOB NOT NULL, at INTEGER NOT NULL,
            status INTEGER, location TEXT, body BLOB
        ) WITHOUT ROWID;
        CREATE INDEX keyed_requests_by_time ON keyed_requests (at);
        CREATE INDEX keyed_requests_by_owner ON keyed_requests (owner);
        """

    /// The digests of each subscription's tags, as ``KnownTagRows`` writes them.
    ///
    /// Records of an earlier version keep their tags until they change: a start must not wait for a migration of all.
    private static let knownTags = """
        CREATE TABLE known_tags (
            subscription TEXT NOT NULL, tag TEXT NOT NULL, digest TEXT NOT NULL, number INTEGER NOT NULL,
            PRIMARY KEY (subscription, tag)
        ) WITHOUT ROWID;
        """

    /// Ended promotions, in two rows each: the row that a start reads, and the whole promotion (see `EndedRow`).
    ///
    /// Those of an older version stay in `records` until `SQLiteStore.moveEndedPromotions` has moved them.
    private static let endedPromotions = """
        CREATE TABLE ended_promotions (
            id TEXT PRIMARY KEY, project TEXT NOT NULL, stage TEXT NOT NULL, freight TEXT NOT NULL,
            collection TEXT NOT NULL, actor TEXT, mode TEXT NOT NULL, phase TEXT NOT NULL, message TEXT NOT NULL,
            created_at INTEGER NOT NULL, started_at INTEGER, finished_at INTEGER, steps INTEGER NOT NULL,
            arrivals BLOB NOT NULL, exceptions BLOB
        ) WITHOUT ROWID;
        CREATE TABLE promotion_details (promotion TEXT PRIMARY KEY, value BLOB NOT NULL);
        """

    /// 0 for a database without tables.
    static func version(_ database: Database) throws -> Int {
        guard try database.hasTable("schema_version") else { return 0 }
        return try database.value("SELECT max(version) FROM schema_version") ?? 0
    }

    /// Migrates the database to the newest of `migrations`; an older one is first copied to a file next to it.
    static func migrate(_ database: Database, path: String, migrations: [Migration]) throws {
        let known = migrations.last?.version ?? 0
        let found = try version(database)
        guard found <= known else { throw StoreFailure.newerSchema(path: path, found: found, known: known) }
        guard found < known else { return }
        if found > 0 { try copy(database, to: "\(path).schema-\(found)") }
        try database.transaction {
            for migration in migrations where migration.version > found {
                try database.runScript(migration.sql)
                try database.run(
                    "INSERT INTO schema_version VALUES (?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))",
                    migration.version
                )
            }
        }
    }

    /// Replaces a copy of an earlier, interrupted attempt: the database has not changed since.
    private static func copy(_ database: Database, to path: String) throws {
        try Disk.remove(path)
        // SQLite fills an empty file; a file that it creates could be read by others.
        try Disk.createPrivate(path)
        try database.copy(into: path)
    }
}
