import HoistwayModel

/// A cache of small objects that were read or made recently.
///
/// It saves calls to the store, which runs on a queue of its own. A promotion reads the same commit, trees and
/// kustomization several times, and the next one reads the objects that this one made. An object never changes, since
/// its id is its hash. Only the store knows which objects the remote has.
struct RecentObjects {
    /// Limit of one object, in bytes.
    private static let largest = 16 << 10
    /// Limit of all together, in bytes; above it the cache starts again.
    private static let limit = 128 << 10

    private var objects: [ObjectID: GitObject] = [:]
    private var bytes = 0

    subscript(id: ObjectID) -> GitObject? { objects[id] }

    mutating func note(_ object: GitObject, as id: ObjectID) {
        guard object.bytes.count <= Self.largest, objects[id] == nil else { return }
        if bytes + object.bytes.count > Self.limit { self = RecentObjects() }
        objects[id] = object
        bytes += object.bytes.count
    }
}
