import Clibgit2
import HoistwayCrypto
import HoistwayModel

/// The kinds of Git objects, by their number in a pack.
enum ObjectKind: UInt8, Sendable {
    case commit = 1
    case tree = 2
    case blob = 3
    case tag = 4

    /// The word in the object's header.
    var name: String {
        switch self {
        case .commit: "commit"
        case .tree: "tree"
        case .blob: "blob"
        case .tag: "tag"
        }
    }

    init?(_ type: git_object_t) {
        switch type {
        case GIT_OBJECT_COMMIT: self = .commit
        case GIT_OBJECT_TREE: self = .tree
        case GIT_OBJECT_BLOB: self = .blob
        case GIT_OBJECT_TAG: self = .tag
        default: return nil
        }
    }

    var type: git_object_t {
        switch self {
        case .commit: GIT_OBJECT_COMMIT
        case .tree: GIT_OBJECT_TREE
        case .blob: GIT_OBJECT_BLOB
        case .tag: GIT_OBJECT_TAG
        }
    }
}

/// An object's content, uncompressed and without its header.
struct GitObject: Sendable, Equatable {
    var kind: ObjectKind
    var bytes: [UInt8]

    /// The id of an object that was made here.
    var id: ObjectID {
        var digest = IncrementalDigest(.sha1)
        digest.update("\(kind.name) \(bytes.count)\0")
        digest.update(bytes)
        guard let id = ObjectID(bytes: digest.finish()) else { preconditionFailure("SHA-1 has 20 bytes") }
        return id
    }

    /// The id of an object from another system: libgit2's SHA-1 refuses content that was built to collide.
    func checkedID() throws(GitError) -> ObjectID {
        var oid = git_oid()
        try git("hash object") {
            bytes.withUnsafeBytes { git_odb_hash(&oid, $0.baseAddress, $0.count, kind.type) }
        }
        return ObjectID(oid)
    }
}

extension ObjectID {
    /// The tree without entries.
    static let emptyTree = GitObject(kind: .tree, bytes: []).id

    init(_ oid: git_oid) {
        var copy = oid
        let id = withUnsafeBytes(of: &copy) { ObjectID(raw: UnsafeRawBufferPointer(rebasing: $0.prefix(20))) }
        guard let id else { preconditionFailure("libgit2's object ids have 20 bytes") }
        self = id
    }

    var oid: git_oid {
        var oid = git_oid()
        withUnsafeMutableBytes(of: &oid) { $0.copyBytes(from: bytes) }
        return oid
    }
}
