import Glibc

/// The files of the cache.
///
/// All functions allow for files that vanish meanwhile.
enum PackFolder {
    struct Pack {
        /// Without the ending.
        var stem: String
        /// Of pack and index together, in bytes.
        var size: Int
        /// Seconds since 1970.
        var changed: Int

        var index: String { stem + ".idx" }
    }

    /// The packs of one repository's folder.
    static func packs(in folder: String) -> [Pack] {
        names(in: "\(folder)/pack").compactMap { name in
            guard name.hasSuffix(".idx") else { return nil }
            let stem = "\(folder)/pack/\(name.dropLast(4))"
            guard let pack = facts(of: stem + ".pack"), let index = facts(of: stem + ".idx") else { return nil }
            return Pack(stem: stem, size: pack.size + index.size, changed: pack.changed)
        }
    }

    static func delete(_ pack: Pack) {
        // The index first: a pack without one is ignored.
        for ending in [".idx", ".pack"] { unlink(pack.stem + ending) }
    }

    /// Deletes packs of all repositories, oldest first, until at most `maxBytes` are left.
    ///
    /// A process that has such a pack open can still read it until it opens its packs again; nothing depends on it.
    static func sweep(root: String, maxBytes: Int) {
        let packs = names(in: root).flatMap { self.packs(in: "\(root)/\($0)") }.sorted { $0.changed < $1.changed }
        var total = packs.reduce(0) { $0 + $1.size }
        for pack in packs where total > maxBytes {
            delete(pack)
            total -= pack.size
        }
    }

    /// Deletes the files of packs that were not finished because a program ended.
    ///
    /// Only files older than `seconds`, since another process may still be writing.
    static func deleteLeftovers(in folder: String, olderThan seconds: Int) {
        let packs = "\(folder)/pack"
        let limit = time(nil) - seconds
        for name in names(in: packs) where !name.hasSuffix(".idx") {
            if name.hasSuffix(".pack"), facts(of: "\(packs)/\(name.dropLast(5)).idx") != nil { continue }
            guard let facts = facts(of: "\(packs)/\(name)"), facts.changed < limit else { continue }
            unlink("\(packs)/\(name)")
        }
    }

    /// Makes a folder and those above it, readable for this user only.
    static func make(_ path: String) throws(GitError) {
        var end = path.startIndex
        while end < path.endIndex {
            end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
            let part = String(path[..<end])
            guard mkdir(part, 0o700) != 0, errno != EEXIST else { continue }
            let detail = String(cString: strerror(errno))
            // Folders above may exist and be unwritable; then mkdir gives another error than EEXIST.
            guard facts(of: part) == nil else { continue }
            throw GitError(operation: "make cache folder", status: -1, detail: "\(part): \(detail)")
        }
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { place in
                place.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func facts(of path: String) -> (size: Int, changed: Int)? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        return (facts.st_size, facts.st_mtim.tv_sec)
    }
}
