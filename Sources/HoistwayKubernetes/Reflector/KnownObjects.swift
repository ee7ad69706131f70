/// The objects that a reflector has reported, without their contents.
struct KnownObjects {
    enum Change: Equatable {
        case new
        case changed
        /// The same version: it is reported only once.
        case same
        /// Another object of the same name: the former one is deleted.
        case replaced(ObjectMetadata)
    }

    private struct Entry {
        var uid: String
        var version: String
    }

    private var entries: [ObjectKey: Entry] = [:]

    var count: Int { entries.count }

    mutating func note(_ metadata: ObjectMetadata) -> Change {
        let key = metadata.key
        let entry = Entry(uid: metadata.uid, version: metadata.resourceVersion)
        guard let former = entries.updateValue(entry, forKey: key) else { return .new }
        guard former.uid == entry.uid else { return .replaced(Self.metadata(key, former)) }
        return former.version == entry.version ? .same : .changed
    }

    /// Its stored metadata; `nil` where it was not known.
    mutating func remove(_ key: ObjectKey) -> ObjectMetadata? {
        entries.removeValue(forKey: key).map { Self.metadata(key, $0) }
    }

    /// Those that are missing from a list, sorted.
    mutating func removeAll(but seen: Set<ObjectKey>) -> [ObjectMetadata] {
        entries.keys.filter { !seen.contains($0) }.sorted().compactMap { remove($0) }
    }

    private static func metadata(_ key: ObjectKey, _ entry: Entry) -> ObjectMetadata {
        ObjectMetadata(namespace: key.namespace, name: key.name, uid: entry.uid, resourceVersion: entry.version)
    }
}
