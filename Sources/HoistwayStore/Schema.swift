import HoistwayPorts
import HoistwaySQLite

/// One step of the schema, from the version before.
struct Migration: Sendable {
    var version: Int
    var sql: String
}

/// The tables, and how they came about.
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

    /// Bodies stand apart from deliveries, so that listing, counting and setting outcomes touch small rows only.
    ///
    /// `deliveries_by_state` covers the questions of the start: what is pending, and how much there is. `seen` has a
    /// key for each sender's id and for each body hash, up to the delivery in `seen_through`: see `SeenIndex`.
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

    /// What each subscription made of a delivery, as JSON beside the trace, and the sort of a failure.
    ///
    /// `deliveries_due` holds waiting deliveries only: finding those whose time has come must not read all that wait.
    private static let perSubscription = """
        ALTER TABLE deliveries ADD COLUMN failure TEXT;
        ALTER TABLE traces ADD COLUMN decisions BLOB;
        CREATE INDEX deliveries_due ON deliveries (next_try) WHERE state = 1;
        """

    /// What the steps of each promotion have given, as JSON: read only where a promotion goes on, or is shown.
    private static let stepResults = """
        CREATE TABLE step_results (promotion TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        """

    /// No table changes.
    ///
    /// Records of the kinds `warehouse` and `annotations` may be there from now on: a version that does not know them has
    /// to say that the state is newer, not that it is damaged.
    private static let newKinds = "-- The kinds of records are named in RecordKind.swift."

    /// No table changes: records of the kinds `refresh` and `health` may be there from now on.
    private static let argocdKinds = "-- The kinds of records are named in RecordKind.swift."

    /// What each entry of the audit trail is about, and what came of it; `NULL` where an older version wrote it.
    private static let auditObjects = """
        ALTER TABLE audit ADD COLUMN project TEXT;
        ALTER TABLE audit ADD COLUMN object_kind TEXT;
        ALTER TABLE audit ADD COLUMN object_name TEXT;
        ALTER TABLE audit ADD COLUMN outcome TEXT;
        CREATE INDEX audit_by_project ON audit (project, id);
        """

    /// Browsers that have signed in, and links that sign in once: hashes only, never an id or a code.
    private static let sessions = """
        CREATE TABLE sessions (
            hash BLOB PRIMARY KEY, token TEXT NOT NULL, token_hash BLOB NOT NULL, created_at INTEGER NOT NULL,
            last_used_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE sign_in_links (
            hash BLOB PRIMARY KEY, token TEXT NOT NULL, token_hash BLOB NOT NULL, created_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        """

    /// Requests that may be sent again, with what was answered; `status` is absent until they are.
    private static let keyedRequests = """
        CREATE TABLE keyed_requests (
            key BLOB PRIMARY KEY, owner BLOB NOT NULL, content BLOB NOT NULL, at INTEGER NOT NULL,
            status INTEGER, location TEXT, body BLOB
        ) WITHOUT ROWID;
        CREATE INDEX keyed_requests_by_time ON keyed_requests (at);
        CREATE INDEX keyed_requests_by_owner ON keyed_requests (owner);
        """

    /// The digests that each subscription's tags had, as ``KnownTagRows`` writes them.
    ///
    /// Records that an earlier version wrote keep their tags until they change: a start must not wait for all of them.
    private static let knownTags = """
        CREATE TABLE known_tags (
            subscription TEXT NOT NULL, tag TEXT NOT NULL, digest TEXT NOT NULL, number INTEGER NOT NULL,
            PRIMARY KEY (subscription, tag)
        ) WITHOUT ROWID;
        """

    /// Promotions that have ended, in two rows: what a start reads of each, and all of it (see `EndedRow`).
    ///
    /// Those that an older version has written stay in `records` until `SQLiteStore.moveEndedPromotions` has moved them.
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

    /// Brings the database to the newest of `migrations`; an existing older one is copied first, beside itself.
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

    /// A copy that an earlier, interrupted attempt left is replaced: the database has not changed since.
    private static func copy(_ database: Database, to path: String) throws {
        try Disk.remove(path)
        // SQLite fills an empty file, and would make one that others may read.
        try Disk.createPrivate(path)
        try database.copy(into: path)
    }
}
