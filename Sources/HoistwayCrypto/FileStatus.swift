import Glibc

/// The owner and permissions of an open file that may hold a secret.
package struct FileStatus: Sendable, Equatable {
    package var isRegular: Bool
    /// The last nine bits of its mode.
    package var permissions: UInt32

    /// `nil`: the system gives no status.
    package init?(of descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        isRegular = status.st_mode & S_IFMT == S_IFREG
        permissions = status.st_mode & 0o777
    }

    /// Whether others than its owner may read or write it.
    package var isOpenToOthers: Bool { permissions & 0o077 != 0 }
}
