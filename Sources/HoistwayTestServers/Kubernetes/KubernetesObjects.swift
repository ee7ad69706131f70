/// The objects of a cluster, each with its version, and the recent changes.
///
/// An object is stored as the bytes of its answer: 5,000 Applications as trees would take a gigabyte.
struct KubernetesObjects {
    struct Key: Hashable, Comparable {
        /// Empty for objects of the cluster itself.
        var namespace: String
        var name: String

        static func < (left: Key, right: Key) -> Bool {
            (left.namespace, left.name) < (right.namespace, right.name)
        }
    }

    struct Stored: Sendable {
        var key: Key
        var version: Int
        var labels: [String: String]
        var bytes: [UInt8]

        var value: ClusterValue {
            guard let value = try? ClusterValue(json: bytes) else {
                preconditionFailure("the server keeps bytes that it did not write itself")
            }
            return value
        }
    }

    enum ChangeKind: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
    }

    struct Change: Sendable {
        var resource: KubernetesResource
        var kind: ChangeKind
        var object: Stored
        /// The labels before the change; `nil` where there was no object.
        var formerLabels: [String: String]?
    }

    private(set) var version = 1
    private(set) var objects: [KubernetesResource: [Key: Stored]] = [:]
    /// Oldest first.
    private(set) var history: [Change] = []
    /// Changes up to this version are no longer stored.
    private(set) var forgottenUpTo = 0
    private let historyLimit: Int
    private var names = 0

    init(historyLimit: Int) { self.historyLimit = historyLimit }

    func object(_ resource: KubernetesResource, _ key: Key) -> Stored? { objects[resource]?[key] }

    /// In the order of their keys, as in etcd.
    func list(_ resource: KubernetesResource, namespace: String?) -> [Stored] {
        (objects[resource] ?? [:]).values.filter { namespace == nil || $0.key.namespace == namespace }
            .sorted { $0.key < $1.key }
    }

    /// Removes all changes until now, as etcd's compaction does.
    mutating func compact() {
        history = []
        forgottenUpTo = version
    }

    /// A number for a name that the server generates.
    mutating func nextName() -> Int {
        names += 1
        return names
    }

    /// Stores an object with the next version, or removes it.
    mutating func set(_ value: ClusterValue, of resource: KubernetesResource, _ key: Key, removing: Bool) -> Change {
        version += 1
        var value = value
        value["metadata", "resourceVersion"] = .string(String(version))
        let former = objects[resource]?[key]
        let stored = Stored(
            key: key,
            version: version,
            labels: (value["metadata", "labels"]?.map ?? [:]).compactMapValues(\.string),
            bytes: value.bytes
        )
        objects[resource, default: [:]][key] = removing ? nil : stored
        let change = Change(
            resource: resource,
            kind: removing ? .deleted : former == nil ? .added : .modified,
            object: stored,
            formerLabels: former?.labels
        )
        history.append(change)
        // Half of them at a time: removing each single one would move all the others.
        if history.count > historyLimit * 2, let last = history.dropLast(historyLimit).last {
            forgottenUpTo = last.object.version
            history.removeFirst(history.count - historyLimit)
        }
        return change
    }
}
