import HoistwayModel
import HoistwayPorts
import Logging

/// The objects of one remote, as far as they are known here.
///
/// Three places, looked at in this order: objects that were *made* and that the remote may not have yet (memory
/// only), objects that were *fetched* lately (memory), and packs on disk. Everything but the made ones can be lost
/// at any time: it is fetched again. Deleting the folder while the program runs is harmless.
///
/// May be called concurrently. It runs on a queue of its own, as libgit2 and the disk block.
actor ObjectStore {
    /// What the store holds at most.
    struct Limits: Sendable {
        /// Fetched objects in memory, in bytes, before the least used go to disk.
        var memory = 6 << 20
        /// Made objects in memory, in bytes; beyond, the oldest are forgotten (their promotion is built again).
        var made = 128 << 20
        /// One object, in bytes.
        var object = 64 << 20
        /// A pack up to this size is read in memory; a larger one is streamed to disk.
        var smallPack = 2 << 20
        /// The content of a pack that is read in memory.
        var smallContent = 32 << 20
        /// A pack of any kind, in bytes; the whole cache's size on disk is bounded by this too.
        var disk = 1 << 30
        /// More packs than this are put together.
        var packs = 8

        init() {}
    }

    /// Tells one running intake from another.
    struct IntakeID: Hashable, Sendable {
        let number: Int
    }

    struct Held {
        var object: GitObject
        var lastUse: UInt64
        /// Made here and pushed since, so that it is not worth a place on disk when it is large.
        var wasMade: Bool
    }

    /// Stands in failures for the repository's URL, which only its owner knows.
    static let nameless = "the remote"

    /// The cache of all repositories.
    let root: String
    /// This repository's folder in it.
    let folder: String
    let limits: Limits
    let logger: Logger
    private let executor: QueueExecutor

    var made: [ObjectID: Held] = [:]
    var madeBytes = 0
    var fetched: [ObjectID: Held] = [:]
    var fetchedBytes = 0
    /// Ids of made objects that had to be forgotten: no pack may do without them silently.
    private var forgotten: Set<ObjectID> = []
    /// Ids of objects that are larger than `Limits.object`.
    var oversized: Set<ObjectID> = []
    var packed: PackedObjects?
    var intakes: [IntakeID: PackIntake] = [:]
    private var lastIntake = 0
    private var clock: UInt64 = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// `name` is the folder's name below `root`.
    init(root: String, name: String, limits: Limits = Limits(), logger: Logger) {
        self.root = root
        folder = "\(root)/\(name)"
        self.limits = limits
        self.logger = logger
        executor = QueueExecutor(label: "hoistway.git.\(name.prefix(8))")
        precondition(Libgit2.isReady, "libgit2 cannot be set up")
    }

    /// The object, or `nil` where it is not here.
    func object(_ id: ObjectID) -> GitObject? {
        if let held = made[id] { return held.object }
        clock += 1
        if var held = fetched[id] {
            held.lastUse = clock
            fetched[id] = held
            return held.object
        }
        guard let object = readFromDisk(id) else { return nil }
        remember(object, as: id, wasMade: false)
        return object
    }

    /// Which of these are not here, each once, in order.
    func missing(among ids: [ObjectID]) -> [ObjectID] {
        var seen: Set<ObjectID> = []
        return ids.filter { id in
            seen.insert(id).inserted && id != .emptyTree && made[id] == nil && fetched[id] == nil
                && !isOnDisk(id)
        }
    }

    /// Takes an object that was made here; the remote is not expected to have it.
    func make(_ object: GitObject) -> ObjectID {
        let id = object.id
        guard made[id] == nil else { return id }
        clock += 1
        forgotten.remove(id)
        made[id] = Held(object: object, lastUse: clock, wasMade: true)
        madeBytes += object.bytes.count
        forgetOldestMade()
        return id
    }

    /// The object if it was made here and the remote may lack it.
    func madeObject(_ id: ObjectID) -> GitObject? {
        made[id]?.object
    }

    /// Whether the object was made here and is lost, so that it must be made again.
    ///
    /// Unless the remote sent it since: somebody else may have made the same.
    func isForgotten(_ id: ObjectID) -> Bool {
        forgotten.contains(id) && fetched[id] == nil && !isOnDisk(id)
    }

    /// Those that were made here, lost ones included.
    var marksOfMade: ObjectIDMarks {
        var marks = ObjectIDMarks()
        marks.add(made.keys)
        marks.add(forgotten)
        return marks
    }

    /// Says that the remote has these now.
    func settle(_ ids: some Collection<ObjectID> & Sendable) {
        for id in ids {
            forgotten.remove(id)
            guard let held = made.removeValue(forKey: id) else { continue }
            madeBytes -= held.object.bytes.count
            clock += 1
            remember(held.object, as: id, wasMade: true)
        }
        shrinkMemory()
    }

    /// Begins to take in a pack; `isWhole`: one that was asked for with its whole history.
    func startIntake(isWhole: Bool = false) -> IntakeID {
        lastIntake += 1
        let id = IntakeID(number: lastIntake)
        intakes[id] = PackIntake(isWhole: isWhole)
        return id
    }

    /// Takes in what a small pack held.
    func take(_ objects: [ObjectID: GitObject]) {
        for (id, object) in objects {
            clock += 1
            remember(object, as: id, wasMade: false)
        }
        shrinkMemory()
    }

    private func remember(_ object: GitObject, as id: ObjectID, wasMade: Bool) {
        if let old = fetched[id] { fetchedBytes -= old.object.bytes.count }
        fetched[id] = Held(object: object, lastUse: clock, wasMade: wasMade)
        fetchedBytes += object.bytes.count
    }

    private func forgetOldestMade() {
        guard madeBytes > limits.made else { return }
        for (id, held) in made.sorted(by: { $0.value.lastUse < $1.value.lastUse }) where madeBytes > limits.made / 2 {
            made[id] = nil
            forgotten.insert(id)
            madeBytes -= held.object.bytes.count
        }
    }
}
