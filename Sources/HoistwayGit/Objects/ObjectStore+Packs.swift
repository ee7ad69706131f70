import HoistwayModel
import HoistwayPorts

/// An object for a pack, and the object that a delta of it may be based on.
private struct OutgoingObject {
    var object: GitObject
    var base: (id: ObjectID, tree: TreeBytes)?
}

extension ObjectStore {
    /// Trees above this size are sent as deltas, in bytes.
    private static let deltaThreshold = 64 << 10

    /// Marks these tips, and everything that they lead to, as present at the remote.
    ///
    /// Objects that were forgotten since the pack was made are no problem: they were in the pack.
    func settle(below tips: [ObjectID]) throws(GitFailure) {
        var forgotten: [ObjectID] = []
        let sent = try outgoing(tips) { forgotten.append($0) }
        settle(sent.keys + forgotten)
    }

    /// A pack of everything that was made here and that these tips lead to; it may be empty.
    ///
    /// Objects that were not made here are at the remote: it sent them, or they are below a tree that it sent.
    /// `isThin`: a large tree is written as a delta on a tree that the remote has or that is in the pack.
    func pack(of tips: [ObjectID], isThin: Bool) throws(GitFailure) -> [UInt8] {
        let objects = try outgoing(tips) { (id) throws(GitFailure) in
            throw .local(operation: "make a pack", detail: "object \(id) is in memory no more")
        }
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

    /// The same objects as in `pack`, without deltas.
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

    /// Everything that was made here and that these tips lead to.
    ///
    /// Each object is visited once, wherever it is and in however many commits. So the only reason to leave one out is
    /// that the remote has it. "The parent's tree has it too" is no reason where that tree was made here as well: after
    /// a change and its reversal, each of two trees would leave out the objects of the other.
    private func outgoing(
        _ tips: [ObjectID],
        whenForgotten: (ObjectID) throws(GitFailure) -> Void
    ) throws(GitFailure) -> [ObjectID: OutgoingObject] {
        let marks = marksOfMade
        var result: [ObjectID: OutgoingObject] = [:]
        var pending: [(id: ObjectID, old: ObjectID?)] = tips.map { ($0, nil) }
        while let (id, old) = pending.popLast() {
            if isForgotten(id) { try whenForgotten(id) }
            guard result[id] == nil, let object = madeObject(id) else { continue }
            result[id] = OutgoingObject(object: object)
            switch object.kind {
            case .commit:
                guard let record = CommitBytes.record(object.bytes, id: id) else { continue }
                pending += record.parents.map { ($0, nil) }
                pending.append((record.tree, record.parents.first.flatMap(rootTree)))
            case .tree:
                let base = old.flatMap { old in self.object(old).map { (id: old, tree: TreeBytes(bytes: $0.bytes)) } }
                if let base, object.bytes.count > Self.deltaThreshold, !Self.isDelta(base.id, of: id, in: result) {
                    result[id]?.base = base
                }
                pending += try children(of: object, besides: base, among: marks).filter { result[$0.id] == nil }
            case .tag: if let target = CommitBytes.target(ofTag: object.bytes) { pending.append((target, nil)) }
            case .blob: break
            }
        }
        return result
    }

    /// Whether an object is `origin`, or is written as a delta of it, however many steps away.
    private static func isDelta(
        _ id: ObjectID,
        of origin: ObjectID,
        in objects: [ObjectID: OutgoingObject]
    ) -> Bool {
        var next: ObjectID? = id
        while let current = next {
            if current == origin { return true }
            next = objects[current]?.base?.id
        }
        return false
    }

    private func rootTree(of commit: ObjectID) -> ObjectID? {
        object(commit).flatMap { CommitBytes.record($0.bytes, id: commit)?.tree }
    }

    /// The objects of a tree that were made here, each with the tree of the same name in `old`.
    ///
    /// If `old` is at the remote, entries that `old` has unchanged are left out.
    private func children(
        of object: GitObject,
        besides old: (id: ObjectID, tree: TreeBytes)?,
        among marks: ObjectIDMarks
    ) throws(GitFailure) -> [(id: ObjectID, old: ObjectID?)] {
        do {
            let known = made
            let isRemotes = old.map { known[$0.id] == nil } ?? false
            let tree = TreeBytes(bytes: object.bytes)
            let entries = try tree.entries(among: marks) { known[$0] != nil || isForgotten($0) }
            var result: [(id: ObjectID, old: ObjectID?)] = []
            for entry in entries where entry.mode != .submodule {
                // A search by name is slow in a wide folder: it is made only where its result is used.
                let before = try isRemotes || entry.mode == .tree ? old?.tree.entry(named: entry.name) : nil
                if isRemotes, before?.id == entry.id { continue }
                result.append((entry.id, before?.mode == .tree ? before?.id : nil))
            }
            return result
        } catch {
            throw .invalidContent("a tree is malformed")
        }
    }
}
