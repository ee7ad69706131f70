/// How much is kept, and for how long.
package struct Retention: Sendable, Equatable {
    /// How long bodies of finished deliveries are kept.
    package var bodies: Duration
    /// How many bytes of bodies are kept, as stored (compressed); the oldest finished ones are removed first.
    package var maxBodyBytes: Int64
    /// How long the rest of a delivery is kept: its outcome, its sender's id and the hash of its body, which identify a
    /// replay.
    ///
    /// It should be as long as freight is remembered.
    package var history: Duration
    /// How many audit records of actions are kept.
    package var maxAuditRecords: Int
    /// How many audit records of refusals are kept; separate, so that refused requests cannot displace actions.
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
    /// `<path>.lock`, `-wal` and `-shm` are next to it.
    package var path: String
    package var retention: Retention
    /// How long a write waits for another program's lock.
    ///
    /// It is less than the second within which a sender needs its answer.
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
