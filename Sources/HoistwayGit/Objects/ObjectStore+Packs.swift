import HoistwayModel
import HoistwayPorts

/// An object for a pack, with what it may be written as a delta of.
private struct OutgoingObject {
    var object: GitObject
    var base: (id: ObjectID, tree: TreeBytes)?
}

extension ObjectStore {
    /// Trees above this size are sent as deltas, in bytes.
    private static let deltaThreshold = 64 << 10

    /// The ids of all objects that were made here and that these tips lead to.
    func madeIDs(below tips: [ObjectID]) throws(GitFailure) -> Set<ObjectID> {
        Set(try outgoing(tips).keys)
    }

    /// A pack of everything that was made here and that these tips lead to; an empty one is a pack too.
    ///
    /// Objects that were not made here are the remote's: it sent them, or they hang below a tree that it sent.
    /// `isThin`: large trees are written as what changed in a tree that the remote has or that is in the pack.
    func pack(of tips: [ObjectID], isThin: Bool) throws(GitFailure) -> [UInt8] {
        let objects = try outgoing(tips)
        var writer = PackWriter()
        var bytes = writer.header(count: objects.count)
        for (_, entry) in objects.sorted(by: { $0.key < $1.key }) {
            if isThin, let base = entry.base, let delta = try delta(of: entry.object, from: base.tree) {
                bytes += writer.delta(delta, base: base.id)
            } else {
                bytes += writer.object(entry.object)
            }
        }
        return bytes + writer.trailer()
    }

    /// The same objects as in `pack`, none of them a delta.
    func completed(_ pack: [UInt8]) throws(GitFailure) -> [UInt8] {
        do throws(PackError) {
            guard try PackReader.hasNamedBases(pack) else { return pack }
            let objects = try PackReader(limit: 4 * limits.object) { self.object($0) }.objects(in: pack)
            var writer = PackWriter()
            var bytes = writer.header(count: objects.count)
            for object in objects.values { bytes += writer.object(object) }
            return bytes + writer.trailer()
        } catch {
            throw .local(operation: "complete a pack", detail: error.detail)
        }
    }

    private func delta(of object: GitObject, from base: TreeBytes) throws(GitFailure) -> [UInt8]? {
        do {
            let delta = try TreeBytes(bytes: object.bytes).delta(from: base)
            return delta.count < object.bytes.count / 2 ? delta : nil
        } catch {
            throw .invalidContent("a tree is malformed")
        }
    }

    private func outgoing(_ tips: [ObjectID]) throws(GitFailure) -> [ObjectID: OutgoingObject] {
        var result: [ObjectID: OutgoingObject] = [:]
        var pending: [(id: ObjectID, old: ObjectID?)] = tips.map { ($0, nil) }
        while let (id, old) = pending.popLast() {
            if isForgotten(id) { throw .local(operation: "make a pack", detail: "object \(id) is in memory no more") }
            guard result[id] == nil, let object = madeObject(id) else { continue }
            result[id] = OutgoingObject(object: object)
            switch object.kind {
            case .commit:
                guard let record = CommitBytes.record(object.bytes, id: id) else { continue }
                pending += record.parents.map { ($0, nil) }
                pending.append((record.tree, record.parents.first.flatMap(rootTree)))
            case .tree:
                let base = old.flatMap { old in self.object(old).map { (id: old, tree: TreeBytes(bytes: $0.bytes)) } }
                if object.bytes.count > Self.deltaThreshold { result[id]?.base = base }
                pending += try children(of: object, besides: base?.tree)
            case .blob, .tag: break
            }
        }
        return result
    }

    private func rootTree(of commit: ObjectID) -> ObjectID? {
        object(commit).flatMap { CommitBytes.record($0.bytes, id: commit)?.tree }
    }

    /// What was made here for a tree and `old` does not hold under the same name, each with what stood there.
    private func children(
        of object: GitObject,
        besides old: TreeBytes?
    ) throws(GitFailure) -> [(id: ObjectID, old: ObjectID?)] {
        do {
            let known = made
            let entries = try TreeBytes(bytes: object.bytes).entries { known[$0] != nil || isForgotten($0) }
            var result: [(id: ObjectID, old: ObjectID?)] = []
            for entry in entries where entry.mode != .submodule {
                let before = try old?.entry(named: entry.name)
                if before?.id != entry.id { result.append((entry.id, before?.mode == .tree ? before?.id : nil)) }
            }
            return result
        } catch {
            throw .invalidContent("a tree is malformed")
        }
    }
}
