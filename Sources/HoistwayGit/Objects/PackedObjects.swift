import Clibgit2
import HoistwayModel

/// The objects in the packs of one folder, through libgit2's object database.
///
/// Not thread-safe; it lives inside one `ObjectStore` actor.
final class PackedObjects {
    private let pointer: OpaquePointer

    /// Opens all packs in `folder`/pack, which must exist.
    init(folder: String) throws(GitError) {
        pointer = try Self.emptyDatabase()
        try Self.add("open packs", to: pointer) { git_odb_backend_pack(&$0, folder) }
    }

    /// Opens just these packs, named by their index files.
    init(indexes: [String]) throws(GitError) {
        pointer = try Self.emptyDatabase()
        for index in indexes { try Self.add("open pack", to: pointer) { git_odb_backend_one_pack(&$0, index) } }
    }

    deinit { git_odb_free(pointer) }

    func contains(_ id: ObjectID) -> Bool {
        var oid = id.oid
        return git_odb_exists_ext(pointer, &oid, UInt32(GIT_ODB_LOOKUP_NO_REFRESH.rawValue)) == 1
    }

    /// The status for an object above the limit.
    ///
    /// libgit2 does not use this number.
    static let tooLarge: Int32 = -10_000

    /// Reads one object; `nil` where it is absent.
    ///
    /// Content whose hash is not the id is an error.
    func read(_ id: ObjectID, limit: Int) throws(GitError) -> GitObject? {
        guard contains(id) else { return nil }
        var oid = id.oid
        var object: OpaquePointer?
        var size = 0
        var type = GIT_OBJECT_INVALID
        try git("read object header") { git_odb_read_header(&size, &type, pointer, &oid) }
        guard size <= limit else {
            throw GitError(operation: "read object", status: Self.tooLarge, detail: "\(id) has \(size) bytes")
        }
        try git("read object") { git_odb_read(&object, pointer, &oid) }
        defer { git_odb_object_free(object) }
        guard let object, let kind = ObjectKind(git_odb_object_type(object)) else { return nil }
        let content = UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object))
        return GitObject(kind: kind, bytes: Array(content))
    }

    /// The ids of all objects, each once.
    func ids() throws(GitError) -> Set<ObjectID> {
        let box = IDBox()
        try git("list packs") {
            git_odb_foreach(
                pointer,
                { oid, payload in
                    guard let oid, let payload else { return 0 }
                    Unmanaged<IDBox>.fromOpaque(payload).takeUnretainedValue().ids.insert(ObjectID(oid.pointee))
                    return 0
                },
                Unmanaged.passUnretained(box).toOpaque()
            )
        }
        return box.ids
    }

    private static func emptyDatabase() throws(GitError) -> OpaquePointer {
        var made: OpaquePointer?
        try git("make object database") { git_odb_new(&made) }
        guard let made else { preconditionFailure("libgit2 returned 0 and no database") }
        return made
    }

    private static func add(
        _ operation: String,
        to database: OpaquePointer,
        _ open: (inout UnsafeMutablePointer<git_odb_backend>?) -> Int32
    ) throws(GitError) {
        var backend: UnsafeMutablePointer<git_odb_backend>?
        do {
            try git(operation) { open(&backend) }
            try git(operation) { git_odb_add_backend(database, backend, 1) }
        } catch {
            git_odb_free(database)
            throw error
        }
    }
}

/// Collects ids in a C callback.
private final class IDBox {
    var ids: Set<ObjectID> = []
}
