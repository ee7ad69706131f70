-- The tables of the first version (schema 1), as its databases have them.
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
CREATE TABLE bodies (delivery INTEGER PRIMARY KEY, size INTEGER NOT NULL, bytes BLOB NOT NULL);
CREATE TABLE traces (delivery INTEGER PRIMARY KEY, lines TEXT NOT NULL);
CREATE TABLE seen (key BLOB PRIMARY KEY, delivery INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE seen_through (id INTEGER NOT NULL);
CREATE TABLE records (
    kind TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (kind, key)
);
CREATE TABLE tokens (
    name TEXT PRIMARY KEY, hash BLOB NOT NULL, role TEXT NOT NULL, project TEXT, created_at INTEGER NOT NULL
);
CREATE TABLE audit (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE INDEX deliveries_by_state ON deliveries (state, id, next_try);
