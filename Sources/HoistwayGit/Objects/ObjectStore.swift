import HoistwayModel
import HoistwayPorts
import Logging
import Synchronization

/// The objects of one remote that are known here.
///
/// Three places, in the order of the search: objects that were *made* and that the remote may not have yet (memory
/// only), objects that were *fetched* recently (memory), and packs on disk. All except the made ones can be lost at any
/// time: they are fetched again. Deleting the folder while the program runs is harmless.
///
/// May be called concurrently. It runs on a queue of its own, because libgit2 and the disk block.
actor ObjectStore {
    /// The limits of the store.
    struct Limits: Sendable {
        /// Fetched objects in memory, in bytes, before the least used go to disk.
        var memory = 6 << 20
        /// Made objects in memory, in bytes; above it, the oldest are forgotten (their promotion is built again).
        var made = 128 << 20
        /// One object, in bytes.
        var object = 64 << 20
        /// A pack up to this size is read in memory; a larger one is streamed to disk.
        var smallPack = 2 << 20
        /// The content of a pack that is read in memory.
        var smallContent = 32 << 20
        /// A pack of any kind, in bytes; the whole cache's size on disk is bounded by this too.
        var disk = 1 << 30
        /// The number of packs above which they are merged.
        var packs = 8

        init() {}
    }

    /// Identifies a running intake.
    struct IntakeID: Hashable, Sendable {
        let number: Int
    }

    /// Objects that were just made, before the store's queue has taken them.
    private struct Arrivals {
        /// Limit in bytes; above it, the maker waits for the queue.
        static let limit = 256 << 10

        var objects: [(id: ObjectID, object: GitObject)] = []
        var bytes = 0
    }

    struct Held {
        var object: GitObject
        var lastUse: UInt64
        /// Made here and pushed since: a large one is not worth its place on disk.
        var wasMade: Bool
    }

    /// Replaces the repository's URL in failures, because the store does not know it.
    static let nameless = "the remote"

    /// The cache of all repositories.
    let root: String
    /// This repository's folder in it.
    let folder: String
    let limits: Limits
    let logger: Logger
    private let executor: QueueExecutor
    private let arrivals = Mutex(Arrivals())

    var made: [ObjectID: Held] = [:]
    var madeBytes = 0
    var fetched: [ObjectID: Held] = [:]
    var fetchedBytes = 0
    /// Ids of made objects that had to be forgotten: a pack that needs one must fail.
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
        takeArrivals()
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

    /// The ids that are not here, each once, in order.
    func missing(among ids: [ObjectID]) -> [ObjectID] {
        takeArrivals()
        var seen: Set<ObjectID> = []
        return ids.filter { id in
            seen.insert(id).inserted && id != .emptyTree && made[id] == nil && fetched[id] == nil
                && !isOnDisk(id)
        }
    }

    /// Adds an object that was made here; the remote is not expected to have it.
    ///
    /// It seldom waits for the queue: a commit of one file makes about five objects, each with two changes of threads
    /// otherwise.
    nonisolated func make(_ object: GitObject) async -> ObjectID {
        let id = object.id
        let isFull = arrivals.withLock { arrivals in
            arrivals.objects.append((id, object))
            arrivals.bytes += object.bytes.count
            return arrivals.bytes > Arrivals.limit
        }
        if isFull { await takeArrivals() }
        return id
    }

    /// Everything that reads the made objects calls it first, or is called after something that did.
    private func takeArrivals() {
        let new = arrivals.withLock { arrivals in
            defer { arrivals = Arrivals() }
            return arrivals.objects
        }
        for (id, object) in new where made[id] == nil {
            clock += 1
            forgotten.remove(id)
            made[id] = Held(object: object, lastUse: clock, wasMade: true)
            madeBytes += object.bytes.count
            forgetOldestMade()
        }
    }

    /// The object if it was made here and the remote may lack it.
    func madeObject(_ id: ObjectID) -> GitObject? {
        takeArrivals()
        return made[id]?.object
    }

    /// Whether the object was made here and is lost, so that it must be made again.
    ///
    /// `false` where the remote has sent it since: somebody else may have made the same object.
    func isForgotten(_ id: ObjectID) -> Bool {
        takeArrivals()
        return forgotten.contains(id) && fetched[id] == nil && !isOnDisk(id)
    }

    /// Marks of the objects that were made here, including the lost ones.
    var marksOfMade: ObjectIDMarks {
        takeArrivals()
        var marks = ObjectIDMarks()
        marks.add(made.keys)
        marks.add(forgotten)
        return marks
    }

    /// Marks these objects as present at the remote.
    func settle(_ ids: some Collection<ObjectID> & Sendable) {
        takeArrivals()
        for id in ids {
            forgotten.remove(id)
            guard let held = made.removeValue(forKey: id) else { continue }
            madeBytes -= held.object.bytes.count
            clock += 1
            remember(held.object, as: id, wasMade: true)
        }
        shrinkMemory()
    }

    /// Starts the intake of a pack; `isWhole`: it was requested with its whole history.
    func startIntake(isWhole: Bool = false) -> IntakeID {
        lastIntake += 1
        let id = IntakeID(number: lastIntake)
        intakes[id] = PackIntake(isWhole: isWhole)
        return id
    }

    /// Adds the objects of a small pack.
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
