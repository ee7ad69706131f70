import Glibc
import HoistwayModel

/// Walks folders that a program has filled: by descriptors, never through a symlink, at any depth.
enum FolderTree {
    /// Largest number of levels that are walked by open descriptors.
    static let depth = 64

    /// The size of all files below a folder, and their number.
    struct Usage {
        var bytes = 0
        var entries = 0
        /// Folders are nested deeper than `depth`.
        var isDeep = false
    }

    /// The usage below a folder; the walk stops above a limit.
    static func usage(of path: String, bytes: Int, entries: Int) -> Usage {
        var total = Usage()
        let root = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard root >= 0 else { return total }
        func walk(_ handle: Int32, _ level: Int) {
            each(handle) { name, status in
                total.entries += 1
                total.bytes += Int(status.st_blocks) * 512
                guard total.entries <= entries, total.bytes <= bytes, !total.isDeep else { return false }
                if status.st_mode & S_IFMT == S_IFDIR {
                    guard level < depth else {
                        total.isDeep = true
                        return false
                    }
                    let child = openat(handle, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                    if child >= 0 { walk(child, level + 1) }
                }
                return total.entries <= entries && total.bytes <= bytes && !total.isDeep
            }
            close(handle)
        }
        walk(root, 0)
        return total
    }

    /// Removes a folder and all below it, also folders without permissions; false where something stays.
    @discardableResult
    static func remove(_ path: String) -> Bool {
        let root = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard root >= 0 else { return errno == ENOENT }
        defer { close(root) }
        var moved = 0
        // Deeper folders are moved up, so that a finite number of rounds removes everything.
        for _ in 0..<100_000 {
            let before = moved
            empty(root, root: root, level: 0, moved: &moved)
            if moved == before { break }
        }
        return rmdir(path) == 0
    }

    private static func empty(_ handle: Int32, root: Int32, level: Int, moved: inout Int) {
        var names: [[CChar]] = []
        each(handle) { name, status in
            if status.st_mode & S_IFMT == S_IFDIR {
                names.append(Array(UnsafeBufferPointer(start: name, count: strlen(name) + 1)))
            } else {
                unlinkat(handle, name, 0)
            }
            return true
        }
        for name in names {
            if level >= depth {
                let target = ".moved-\(moved)"
                moved += 1
                _ = fchmodat(handle, name, 0o700, 0)
                _ = renameat(handle, name, root, target)
                continue
            }
            var child = openat(handle, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            if child < 0, errno == EACCES, fchmodat(handle, name, 0o700, 0) == 0 {
                child = openat(handle, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            }
            guard child >= 0 else { continue }
            // A folder without write permission keeps its entries.
            _ = fchmod(child, 0o700)
            empty(child, root: root, level: level + 1, moved: &moved)
            close(child)
            unlinkat(handle, name, AT_REMOVEDIR)
        }
    }

    /// Calls `body` with each entry of an open folder and its status.
    ///
    /// `body` returns whether to continue. The descriptor stays open.
    static func each(_ handle: Int32, _ body: (UnsafePointer<CChar>, stat) -> Bool) {
        let copy = openat(handle, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { return }
        guard let folder = fdopendir(copy) else {
            close(copy)
            return
        }
        defer { closedir(folder) }
        while let item = readdir(folder) {
            let goesOn = withUnsafePointer(to: &item.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { return true }
                    var status = stat()
                    guard fstatat(handle, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return true }
                    return body(name, status)
                }
            }
            guard goesOn else { return }
        }
    }
}
