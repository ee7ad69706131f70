import FoundationEssentials
import Glibc

/// Private keys that a killed process has left in the folder for temporary files.
enum LeftKeys {
    /// How names of their folders begin.
    static let prefix = "hoistway-key-"
    /// A folder is made a moment before its key is locked, so newer folders are skipped.
    private static let leastAge = 60

    /// Removes those without a lock, and gives their number.
    ///
    /// Another server of the same user keeps its own: a lock is dropped by the kernel when its process ends, however it
    /// ends. Folders of other users are not touched.
    static func remove(in parent: String, now: Int = time(nil)) -> Int {
        // Without such a folder there are no keys.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        return names.filter { $0.hasPrefix(prefix) }.count { remove("\(parent)/\($0)", now: now) }
    }

    private static func remove(_ folder: String, now: Int) -> Bool {
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
            now - Int(status.st_mtim.tv_sec) >= leastAge
        else { return false }
        let key = open("\(folder)/key", O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        // Killed between making the folder and the key: there is nothing to lock.
        guard key >= 0 else { return errno == ENOENT && rmdir(folder) == 0 }
        defer { close(key) }
        guard flock(key, LOCK_EX | LOCK_NB) == 0 else { return false }
        return unlink("\(folder)/key") == 0 && rmdir(folder) == 0
    }
}

extension RemoteBook {
    /// Removes private keys that a killed server of this user has left on the disk; gives how many.
    package static func removeLeftKeys() -> Int {
        LeftKeys.remove(in: ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp")
    }
}
