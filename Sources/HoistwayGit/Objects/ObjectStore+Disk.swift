import HoistwayModel
import HoistwayPorts
import Logging

extension ObjectStore {
    /// Objects above this size that were made here are not written to disk: the next promotion replaces them.
    private static let largeObject = 64 << 10
    /// Seconds after which nobody can still be writing a pack that has no index.
    private static let leftoverAge = 3600

    func isOnDisk(_ id: ObjectID) -> Bool {
        if packed == nil { openPacks() }
        return packed?.contains(id) ?? false
    }

    /// Reads from the packs; a damaged or deleted object counts as absent.
    func readFromDisk(_ id: ObjectID) -> GitObject? {
        if packed == nil { openPacks() }
        do {
            return try packed?.read(id, limit: limits.object)
        } catch  where error.status == PackedObjects.tooLarge {
            oversized.insert(id)
            return nil
        } catch {
            logger.debug("an object in the cache cannot be read", metadata: ["detail": "\(error.detail)"])
            discardPacks()
            return nil
        }
    }

    /// The folder for packs; created where it is missing.
    func packFolder() throws(GitError) -> String {
        try PackFolder.make("\(folder)/pack")
        return "\(folder)/pack"
    }

    /// Opens the present packs.
    func openPacks() {
        packed = nil
        guard !PackFolder.packs(in: folder).isEmpty else { return }
        PackFolder.deleteLeftovers(in: folder, olderThan: Self.leftoverAge)
        do {
            packed = try PackedObjects(folder: folder)
        } catch {
            logger.debug("the cache cannot be opened", metadata: ["detail": "\(error.detail)"])
        }
    }

    /// Brings memory below its limit: the least used objects are written to disk, if they are worth it.
    func shrinkMemory() {
        guard fetchedBytes > limits.memory else { return }
        var leaving: [ObjectID: GitObject] = [:]
        for (id, held) in fetched.sorted(by: { $0.value.lastUse < $1.value.lastUse })
        where fetchedBytes > limits.memory / 2 {
            fetched[id] = nil
            fetchedBytes -= held.object.bytes.count
            if held.wasMade, held.object.bytes.count > Self.largeObject { continue }
            leaving[id] = held.object
        }
        store(leaving)
    }

    /// Writes what is in memory to disk, so that the next start finds it.
    func close() {
        store(fetched.mapValues(\.object).filter { $0.value.bytes.count <= limits.smallPack })
        fetched = [:]
        fetchedBytes = 0
        packed = nil
        intakes = [:]
    }

    private func store(_ objects: [ObjectID: GitObject]) {
        let new = objects.filter { !isOnDisk($0.key) }
        guard !new.isEmpty else { return }
        do {
            _ = try install(new.keys.sorted()) { (id) throws(GitError) in new[id] }
        } catch {
            // The cache is only a convenience: an object that cannot be written is fetched again.
            logger.warning("objects cannot be written to the cache", metadata: ["detail": "\(error.detail)"])
            return
        }
        openPacks()
        tidyDisk()
    }

    /// Merges many packs into one, and keeps the whole cache below its size.
    func tidyDisk() {
        let packs = PackFolder.packs(in: folder)
        if packs.count > limits.packs { consolidate(packs) }
        PackFolder.sweep(root: root, maxBytes: limits.disk)
    }

    /// Writes the small packs' objects into one new pack, one object in memory at a time, and deletes them.
    private func consolidate(_ packs: [PackFolder.Pack]) {
        let small = packs.filter { $0.size <= max(limits.disk / 16, limits.smallPack) }
        guard small.count > 1 else { return }
        do throws(GitError) {
            let source = try PackedObjects(indexes: small.map(\.index))
            let stem = try install(source.ids().sorted()) { (id) throws(GitError) in
                try source.read(id, limit: limits.object)
            }
            // A new pack of exactly the same objects has the same name.
            small.filter { $0.stem != stem }.forEach(PackFolder.delete)
            openPacks()
        } catch {
            logger.debug("packs cannot be put together", metadata: ["detail": "\(error.detail)"])
            small.forEach(PackFolder.delete)
            openPacks()
        }
    }

    /// Writes a pack of whole objects, with one of them in memory at a time; gives its path without the ending.
    private func install(
        _ ids: [ObjectID],
        _ object: (ObjectID) throws(GitError) -> GitObject?
    ) throws(GitError) -> String {
        let file = try PackFile(folder: packFolder())
        var writer = PackWriter(level: 1)
        try file.append(writer.header(count: ids.count))
        var places: [PackFile.Place] = []
        for id in ids {
            guard let object = try object(id) else {
                throw GitError(operation: "read object", status: -1, detail: "\(id) is gone")
            }
            let entry = writer.object(object)
            places.append(PackFile.Place(id: id, offset: file.size, crc: Zlib.crc(entry)))
            try file.append(entry)
        }
        try file.append(writer.trailer())
        return try file.install(places)
    }

    /// Deletes this repository's packs, because one of them is damaged or gone.
    private func discardPacks() {
        packed = nil
        PackFolder.packs(in: folder).forEach(PackFolder.delete)
    }
}
