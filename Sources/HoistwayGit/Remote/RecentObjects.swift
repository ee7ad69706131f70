import HoistwayModel

/// Small objects that were read or made lately, at hand without asking the store, which runs on a queue of its own.
///
/// A promotion reads the same commit, trees and kustomization several times, and the next one reads what this one has
/// made. An object is what its id says, so that none of them grows old; the store remains the one that knows what the
/// remote has.
struct RecentObjects {
    /// Of one object, in bytes.
    private static let largest = 16 << 10
    /// Of all together, in bytes; then they are gathered anew.
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
