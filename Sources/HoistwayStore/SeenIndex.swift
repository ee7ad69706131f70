import HoistwaySQLite

/// Finds the delivery for a key.
///
/// Keys are random. Writing each into the table at once would rewrite one page for each key: that was 10 of the 14 KB
/// written for a delivery, and a fifth of the processor's time. Instead the newest keys are held in memory, and a
/// restart reads them again from the deliveries. When there are enough, they move to the table in sorted order, a slice
/// with each batch. So neighbours share their pages.
///
/// Used on the writer's thread, inside its transaction.
struct SeenIndex {
    /// How many keys are collected before they move: some 2 MB, and some 20 ms to read them again.
    private static let generation = 16_384
    private static let smallestSlice = 128

    /// `nil` until read, and after a transaction was rolled back.
    private var recent: [SeenKey: Int64]?
    /// Keys that are being moved to the table, in order; those before `moved` are there.
    private var moving: [(key: SeenKey, id: Int64)] = []
    private var moved = 0
    /// The newest delivery among `moving`.
    private var movingThrough: Int64 = 0
    private var newest: Int64 = 0
    private var added = 0
    private let generation: Int

    /// - Parameter generation: for tests.
    init(generation: Int = SeenIndex.generation) {
        self.generation = generation
    }

    mutating func forget() {
        recent = nil
        moving = []
        moved = 0
    }

    mutating func find(_ key: SeenKey, _ database: Database) throws -> Int64? {
        try load(database)
        if let id = recent?[key] ?? idInMoving(key) { return id }
        return try database.value("SELECT delivery FROM seen WHERE key = ?", key.bytes)
    }

    /// A key belongs to its newest delivery: a third copy does not retry a replay that succeeded.
    mutating func insert(_ key: SeenKey, _ id: Int64, _ database: Database) throws {
        try load(database)
        recent?[key] = id
        newest = max(newest, id)
        added += 1
    }

    /// Moves a slice, if there is one; called once for each batch.
    ///
    /// A slice has twice the number of keys since the last one, so that one generation has moved before the next is
    /// complete.
    mutating func move(_ database: Database) throws {
        defer { added = 0 }
        if moving.isEmpty { beginMoving() }
        guard !moving.isEmpty else { return }
        let end = min(moving.count, moved + max(Self.smallestSlice, 2 * added))
        for (key, id) in moving[moved..<end] {
            // A delivery that was removed in between has no keys any longer: this key would stay for ever.
            try database.run("INSERT OR REPLACE INTO seen SELECT ?, id FROM deliveries WHERE id = ?", key.bytes, id)
        }
        moved = end
        guard moved == moving.count else { return }
        try database.run("UPDATE seen_through SET id = ?", movingThrough)
        moving = []
        moved = 0
    }

    private mutating func beginMoving() {
        guard let count = recent?.count, count >= generation else { return }
        movingThrough = newest
        moving = (recent ?? [:]).map { (key: $0.key, id: $0.value) }
        moving.sort { $0.key < $1.key }
        // The next generation has the same size, and needs the same room.
        recent?.removeAll(keepingCapacity: true)
    }

    /// By halving, since a second table of keys would take a megabyte.
    private func idInMoving(_ key: SeenKey) -> Int64? {
        var (low, high) = (moved, moving.count)
        while low < high {
            let middle = (low + high) / 2
            if moving[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low < moving.count && moving[low].key == key ? moving[low].id : nil
    }

    /// Reads the keys of deliveries that may not be in the table yet.
    private mutating func load(_ database: Database) throws {
        guard recent == nil else { return }
        var keys: [SeenKey: Int64] = [:]
        try database.forEach(
            """
            SELECT id, receiver, sender_id, body_sha256 FROM deliveries \
            WHERE id > (SELECT id FROM seen_through) ORDER BY id
            """
        ) { row in
            newest = try row[0]
            keys[SeenKey(.body, receiver: try row[1], hash: try row[3])] = newest
            if let sender: String = try row[2] { keys[SeenKey(senderID: sender, receiver: try row[1])] = newest }
        }
        recent = keys
    }
}
