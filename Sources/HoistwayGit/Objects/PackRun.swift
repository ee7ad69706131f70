import HoistwayCrypto
import HoistwayModel

/// Finds the id of every entry of a pack, with one visit for each, however they depend on each other.
///
/// First it reads all entries in order. Whole objects get their ids, deltas are linked to their bases, and the declared
/// sizes are added up, before anything is built. Then it applies deltas from each whole object down. So time grows with
/// the pack's content, and `PackLimits` limits the memory, in any order of the entries.
struct PackRun {
    let bytes: UnsafeBufferPointer<UInt8>
    let limits: PackLimits
    /// Whether to keep the objects.
    let keepsObjects: Bool
    /// Finds bases of deltas that are missing from the pack.
    let outside: (ObjectID) -> GitObject?

    private(set) var entries: [PackEntry] = []
    /// By entry; zero until it is known.
    private(set) var ids: [ObjectID] = []
    private(set) var objects: [ObjectID: GitObject] = [:]

    private var found: Set<ObjectID> = []
    private var declared = 0
    private var resolved = 0
    /// The youngest delta of each entry, and the next older one of the same base; -1: there is no such delta.
    private var children: [Int32] = []
    private var siblings: [Int32] = []
    /// The same for bases that are named by their ids.
    private var waiting: [ObjectID: Int32] = [:]
    /// The number of deltas below an entry, for bases that come by offset.
    private var weights: [Int32] = []
    private var keptDeltas: [Int: [UInt8]] = [:]
    private var keptDeltaBytes = 0
    private var live = 0

    /// Bytes of deltas that are kept from the first walk to the second; the others are inflated twice.
    private static let maxKeptDeltas = 16 << 20

    init(
        bytes: UnsafeBufferPointer<UInt8>,
        limits: PackLimits,
        keepsObjects: Bool,
        outside: @escaping (ObjectID) -> GitObject? = { _ in nil }
    ) {
        self.bytes = bytes
        self.limits = limits
        self.keepsObjects = keepsObjects
        self.outside = outside
    }

    mutating func run() throws(PackError) {
        try readEntries()
        evaluate()
        for index in entries.indices where !isDelta(index) && hasDeltas(index) {
            try settle(below: Frame(object: try wholeObject(index), next: takeDeltas(of: index, ids[index])))
        }
        for id in waiting.keys.sorted() where waiting[id] != nil {
            guard let object = outside(id) else { continue }
            try settle(below: Frame(object: object, next: takeDeltas(of: nil, id)))
        }
        if let absent = waiting.keys.min() { throw .missingBase(absent) }
        guard resolved == entries.count else { throw .malformed("deltas without a base") }
    }

    // MARK: The first walk

    private mutating func readEntries() throws(PackError) {
        var scan = PackScan(bytes)
        let count = try scan.count()
        guard count <= limits.objects else { throw .excess("\(count) objects; at most \(limits.objects) are taken") }
        for index in 0..<count {
            try checkCancellation()
            var entry = try scan.next()
            try declare(entry.size)
            ids.append(.zero)
            children.append(-1)
            siblings.append(-1)
            let length: Int
            switch entry.base {
            case .none(let kind): length = try readWhole(kind, entry.size, scan.rest, at: index)
            case .entry, .named: length = try readDelta(entry, scan.rest, at: index)
            }
            scan.skip(length)
            entry.end = entry.content + length
            entries.append(entry)
        }
        try scan.checkEnd()
    }

    private mutating func readWhole(
        _ kind: ObjectKind,
        _ size: Int,
        _ rest: Slice<UnsafeBufferPointer<UInt8>>,
        at index: Int
    ) throws(PackError) -> Int {
        if size > limits.live {
            let (id, consumed) = try Self.hashLarge(kind, size, rest)
            try note(id, at: index)
            return consumed
        }
        guard let content = Zlib.inflate(rest, size: size) else { throw .malformed("a compressed object") }
        try add(GitObject(kind: kind, bytes: content.bytes), at: index)
        return content.consumed
    }

    private mutating func readDelta(
        _ entry: PackEntry,
        _ rest: Slice<UnsafeBufferPointer<UInt8>>,
        at index: Int
    ) throws(PackError) -> Int {
        guard entry.size <= limits.live else { throw .tooLarge }
        guard let content = Zlib.inflate(rest, size: entry.size) else { throw .malformed("a compressed object") }
        let result = try PackDelta.sizes(content.bytes).result
        guard result <= limits.live else { throw .tooLarge }
        try declare(result)
        if keptDeltaBytes + content.bytes.count <= Self.maxKeptDeltas {
            keptDeltas[index] = content.bytes
            keptDeltaBytes += content.bytes.count
        }
        switch entry.base {
        case .entry(let base):
            siblings[index] = children[base]
            children[base] = Int32(index)
        case .named(let id):
            siblings[index] = waiting[id] ?? -1
            waiting[id] = Int32(index)
        case .none: break
        }
        return content.consumed
    }

    /// Adds up the declared sizes of entries: nothing above the limit is inflated.
    private mutating func declare(_ size: Int) throws(PackError) {
        declared += size
        guard declared <= limits.content else { throw .tooLarge }
    }

    /// An object that is too large to be read here: only its id is computed.
    private static func hashLarge(
        _ kind: ObjectKind,
        _ size: Int,
        _ rest: Slice<UnsafeBufferPointer<UInt8>>
    ) throws(PackError) -> (ObjectID, consumed: Int) {
        var digest = IncrementalDigest(.sha1)
        digest.update("\(kind.name) \(size)\0")
        guard let consumed = Zlib.inflate(rest, size: size, each: { digest.update($0) }),
            let id = ObjectID(bytes: digest.finish())
        else { throw Task.isCancelled ? .cancelled : .malformed("a compressed object") }
        return (id, consumed)
    }

    // MARK: The second walk

    /// An object with the deltas to apply to it.
    private struct Frame {
        var object: GitObject
        var next: [Int32]
        /// Deltas applied so far, and the bytes that they made.
        var chain = PackLimits.Chain(count: 0, bytes: 0)
    }

    /// Applies all deltas below an object.
    ///
    /// The largest group of deltas comes last, and its base is released before: so only few objects are in memory at
    /// once.
    private mutating func settle(below root: Frame) throws(PackError) {
        var stack = [root]
        live = root.object.bytes.count
        while var top = stack.popLast() {
            try checkCancellation()
            guard let delta = top.next.popLast() else {
                live -= top.object.bytes.count
                continue
            }
            let index = Int(delta)
            let made = try apply(index, to: top.object)
            let chain = try chain(top.chain, and: made.bytes.count)
            let base = top.object.bytes.count
            if top.next.isEmpty { live -= base } else { stack.append(top) }
            let id = try add(made, at: index)
            let next = takeDeltas(of: index, id)
            guard !next.isEmpty else { continue }
            live += made.bytes.count
            guard live <= limits.live else {
                throw .excess("deltas that need more than \(limits.live) bytes of memory at once")
            }
            stack.append(Frame(object: made, next: next, chain: chain))
        }
    }

    private func chain(_ chain: PackLimits.Chain, and size: Int) throws(PackError) -> PackLimits.Chain {
        let longer = PackLimits.Chain(count: chain.count + 1, bytes: chain.bytes + size)
        guard let limit = limits.chain else { return longer }
        guard longer.count <= limit.count, longer.bytes <= limit.bytes else {
            throw .excess("a chain of more than \(limit.count) deltas or \(limit.bytes) bytes")
        }
        return longer
    }

    private mutating func apply(_ index: Int, to base: GitObject) throws(PackError) -> GitObject {
        let delta: [UInt8]
        if let kept = keptDeltas.removeValue(forKey: index) {
            keptDeltaBytes -= kept.count
            delta = kept
        } else {
            delta = try content(of: index)
        }
        return GitObject(kind: base.kind, bytes: try PackDelta.apply(delta, to: base.bytes, limit: limits.live))
    }

    private func wholeObject(_ index: Int) throws(PackError) -> GitObject {
        if let kept = objects[ids[index]] { return kept }
        guard case .none(let kind) = entries[index].base, entries[index].size <= limits.live else { throw .tooLarge }
        return GitObject(kind: kind, bytes: try content(of: index))
    }

    private func content(of index: Int) throws(PackError) -> [UInt8] {
        let entry = entries[index]
        guard let content = Zlib.inflate(bytes[entry.content..<entry.end], size: entry.size) else {
            throw .malformed("a compressed object")
        }
        return content.bytes
    }

    /// The deltas of an entry and of its id, the largest groups first: they are removed from the end.
    private mutating func takeDeltas(of index: Int?, _ id: ObjectID) -> [Int32] {
        var result: [Int32] = []
        for head in [index.map { children[$0] } ?? -1, waiting.removeValue(forKey: id) ?? -1] {
            var next = head
            while next >= 0 {
                result.append(next)
                next = siblings[Int(next)]
            }
        }
        if result.count > 1 { result.sort { weights[Int($0)] > weights[Int($1)] } }
        return result
    }

    /// Bases by offset come before their deltas, so one walk from the end counts all of them.
    private mutating func evaluate() {
        weights = [Int32](repeating: 1, count: entries.count)
        for index in entries.indices.reversed() {
            if case .entry(let base) = entries[index].base { weights[base] &+= weights[index] }
        }
    }

    private func isDelta(_ index: Int) -> Bool {
        if case .none = entries[index].base { false } else { true }
    }

    private func hasDeltas(_ index: Int) -> Bool {
        children[index] >= 0 || waiting[ids[index]] != nil
    }

    @discardableResult
    private mutating func add(_ object: GitObject, at index: Int) throws(PackError) -> ObjectID {
        let id: ObjectID
        do { id = try object.checkedID() } catch { throw .malformed(error.detail) }
        try note(id, at: index)
        if keepsObjects { objects[id] = object }
        return id
    }

    private mutating func note(_ id: ObjectID, at index: Int) throws(PackError) {
        guard found.insert(id).inserted else { throw .malformed("object \(id) stands in it twice") }
        ids[index] = id
        resolved += 1
    }

    private func checkCancellation() throws(PackError) {
        if Task.isCancelled { throw .cancelled }
    }
}
