/// What is kept, and for how long.
package struct Retention: Sendable, Equatable {
    /// How long bodies of finished deliveries are kept.
    package var bodies: Duration
    /// How many bytes of bodies are kept, as stored (compressed); the oldest finished ones go first.
    package var maxBodyBytes: Int64
    /// How long the rest of a delivery is kept: what came of it, its sender's id and the hash of its body, by which a
    /// replay is known.
    ///
    /// It is to be as long as freight is remembered.
    package var history: Duration
    /// How many audit records of what was done are kept.
    package var maxAuditRecords: Int
    /// How many of what was refused: nobody may push out what was done by being refused.
    package var maxRefusals: Int

    package init(
        bodies: Duration = .seconds(7 * 86_400),
        maxBodyBytes: Int64 = 1 << 30,
        history: Duration = .seconds(365 * 86_400),
        maxAuditRecords: Int = 100_000,
        maxRefusals: Int = 5_000
    ) {
        self.bodies = bodies
        self.maxBodyBytes = maxBodyBytes
        self.history = history
        self.maxAuditRecords = maxAuditRecords
        self.maxRefusals = maxRefusals
    }
}

package struct StoreSettings: Sendable {
    /// The database file; its folder must exist.
    ///
    /// `<path>.lock`, `-wal` and `-shm` stand beside it.
    package var path: String
    package var retention: Retention
    /// How long a write waits for another program's lock.
    ///
    /// Below the second in which a sender must have its answer.
    package var lockPatience: Duration
    /// Bytes of compressed bodies that may wait for a commit; above it deliveries are answered as unavailable.
    package var maxPendingBytes: Int

    package init(
        path: String,
        retention: Retention = Retention(),
        lockPatience: Duration = .milliseconds(500),
        maxPendingBytes: Int = 64 << 20
    ) {
        self.path = path
        self.retention = retention
        self.lockPatience = lockPatience
        self.maxPendingBytes = maxPendingBytes
    }
}
