import Glibc
import HoistwayModel
import HoistwayPorts

/// Reads the results of a program, as values.
///
/// Only regular files and folders are accepted.
struct ResultReader {
    private static let depth = 64

    let root: String
    let program: String
    let limits: ProgramLimits
    private var files: [ProgramFile] = []
    private var bytes = 0

    init(root: String, program: String, limits: ProgramLimits) {
        self.root = root
        self.program = program
        self.limits = limits
    }

    /// Sorted by path; missing ones are left out.
    mutating func read(_ paths: [GitPath]) throws(ProgramFailure) -> [ProgramFile] {
        for path in paths {
            guard PrivateFolder.isPlain(path) else { throw refusal(path, "is not a path below the folder") }
            let handle = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard handle >= 0 else { throw PrivateFolder.failure("reading the result of \(program)") }
            try descend(handle, path.names[...], GitPath(""))
        }
        return files.sorted { $0.path < $1.path }
    }

    /// Opens folder after folder down to one of the paths; closes the descriptor.
    private mutating func descend(_ handle: Int32, _ rest: ArraySlice<GitPath>, _ at: GitPath) throws(ProgramFailure) {
        defer { close(handle) }
        guard let name = rest.first else { return }
        let raw = name.bytes.map { CChar(bitPattern: $0) } + [0]
        var status = stat()
        guard fstatat(handle, raw, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else { throw PrivateFolder.failure("reading \(at.appending(name).shortened)") }
            return
        }
        let path = at.appending(name)
        if rest.count == 1 { return try take(handle, raw, status, path, level: 0) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw refusal(path, Self.kind(status)) }
        let child = openat(handle, raw, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard child >= 0 else { throw PrivateFolder.failure("reading \(path.shortened)") }
        try descend(child, rest.dropFirst(), path)
    }

    private mutating func take(
        _ handle: Int32,
        _ name: [CChar],
        _ status: stat,
        _ path: GitPath,
        level: Int
    ) throws(ProgramFailure) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: try takeFile(handle, name, path)
        case S_IFDIR:
            guard level < Self.depth else { throw refusal(path, "lies deeper than \(Self.depth) folders") }
            let child = openat(handle, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard child >= 0 else { throw PrivateFolder.failure("reading \(path.shortened)") }
            defer { close(child) }
            var entries: [(name: [CChar], status: stat)] = []
            FolderTree.each(child) { name, status in
                entries.append((Array(UnsafeBufferPointer(start: name, count: strlen(name) + 1)), status))
                return entries.count <= limits.resultFiles
            }
            guard entries.count <= limits.resultFiles else { throw tooMany }
            for entry in entries {
                let below = path.appending(GitPath(bytes: entry.name.dropLast().map { UInt8(bitPattern: $0) }))
                try take(child, entry.name, entry.status, below, level: level + 1)
            }
        default: throw refusal(path, Self.kind(status))
        }
    }

    private mutating func takeFile(_ folder: Int32, _ name: [CChar], _ path: GitPath) throws(ProgramFailure) {
        guard files.count < limits.resultFiles else { throw tooMany }
        let handle = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        var status = stat()
        guard handle >= 0 else { throw PrivateFolder.failure("reading \(path.shortened)") }
        defer { close(handle) }
        guard fstat(handle, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw refusal(path, Self.kind(status))
        }
        guard bytes + Int(status.st_size) <= limits.resultBytes else {
            throw .exceeded(name: program, .resultBytes(limits.resultBytes))
        }
        var content: [UInt8] = []
        content.reserveCapacity(Int(status.st_size))
        while content.count < Int(status.st_size) {
            let piece = [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, count in
                count = max(0, Glibc.read(handle, buffer.baseAddress, buffer.count))
            }
            guard !piece.isEmpty else { break }
            content += piece
        }
        guard content.count == Int(status.st_size) else { throw refusal(path, "changed while it was read") }
        bytes += content.count
        files.append(ProgramFile(path, content, isExecutable: status.st_mode & S_IXUSR != 0))
    }

    private var tooMany: ProgramFailure { .exceeded(name: program, .resultFiles(limits.resultFiles)) }

    private func refusal(_ path: GitPath, _ reason: String) -> ProgramFailure {
        .refusedResult(name: program, path: path.shortened, reason: reason)
    }

    private static func kind(_ status: stat) -> String {
        switch status.st_mode & S_IFMT {
        case S_IFLNK: "is a symbolic link"
        case S_IFSOCK: "is a socket"
        case S_IFIFO: "is a pipe"
        case S_IFBLK, S_IFCHR: "is a device"
        case S_IFREG: "is a file where a folder should be"
        default: "is not a regular file"
        }
    }
}
