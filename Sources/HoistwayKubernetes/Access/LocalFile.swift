import Glibc

/// Small files: kubeconfigs, tokens, certificates.
enum LocalFile {
    /// In bytes; bundles of authorities have a few hundred KB.
    static let maxBytes = 4 << 20

    struct Failure: Error, Equatable {
        var path: String
        var reason: String
        /// There is no such file.
        var isMissing = false

        var text: String { "\(path) cannot be read: \(reason)" }
    }

    /// The whole file; a device or a pipe is refused.
    static func read(_ path: String) throws(Failure) -> [UInt8] {
        let handle = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard handle >= 0 else { throw Self.failure(path, errno) }
        defer { close(handle) }
        var status = stat()
        guard fstat(handle, &status) == 0 else { throw Self.failure(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(path: path, reason: "it is not a file") }
        guard status.st_size <= maxBytes else { throw Self.tooLarge(path) }
        var bytes: [UInt8] = []
        while true {
            var count = 0
            let code: Int32
            let piece = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, filled in
                count = Glibc.read(handle, buffer.baseAddress, buffer.count)
                filled = max(0, count)
            }
            code = errno
            guard count >= 0 else { throw Self.failure(path, code) }
            guard count > 0 else { return bytes }
            bytes += piece
            guard bytes.count <= maxBytes else { throw Self.tooLarge(path) }
        }
    }

    private static func failure(_ path: String, _ code: Int32) -> Failure {
        Failure(path: path, reason: String(cString: strerror(code)), isMissing: code == ENOENT)
    }

    private static func tooLarge(_ path: String) -> Failure {
        Failure(path: path, reason: "it has more than \(maxBytes) bytes")
    }
}
