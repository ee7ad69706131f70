import FoundationEssentials
import Glibc
import HoistwayModel
import HoistwayPorts

/// The folder of one run: only this user can enter it, and it is deleted after the run.
///
/// `root/files` holds the program's files and results, `root/home` and `root/tmp` its other files. The file `lock` is
/// locked while this process runs: a folder without a lock was left by a process that has ended.
final class PrivateFolder {
    static let prefix = "hoistway-run-"
    /// A folder is made a moment before its lock, so newer ones are skipped, in seconds.
    private static let leastAge = 60

    let path: String
    private let lock: Int32
    private var made: Set<GitPath> = []

    var root: String { "\(path)/root" }
    var files: String { "\(root)/files" }

    init(in parent: String) throws(ProgramFailure) {
        guard mkdir(parent, 0o700) == 0 || errno == EEXIST else { throw Self.failure("making \(parent)") }
        var template = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Self.failure("making a private folder in \(parent)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        lock = open("\(path)/lock", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let failure = Self.failure("locking \(path)")
            FolderTree.remove(path)
            throw failure
        }
        for name in ["root", "root/files", "root/home", "root/tmp", "mount"] where mkdir("\(path)/\(name)", 0o700) != 0
        {
            let failure = Self.failure("making \(path)/\(name)")
            remove()
            throw failure
        }
    }

    func remove() {
        FolderTree.remove(path)
        close(lock)
    }

    /// Writes the files for the program.
    func lay(_ run: ProgramRun) throws(ProgramFailure) {
        guard run.files.count <= run.limits.inputFiles else {
            throw .exceeded(name: run.program.name, .inputFiles(run.limits.inputFiles))
        }
        guard run.files.reduce(0, { $0 + $1.bytes.count }) <= run.limits.inputBytes else {
            throw .exceeded(name: run.program.name, .inputBytes(run.limits.inputBytes))
        }
        for file in run.files { try write(file, for: run.program.name) }
        for folder in run.folders + [run.workingFolder] { try make(folder, for: run.program.name) }
    }

    private func write(_ file: ProgramFile, for program: String) throws(ProgramFailure) {
        try make(file.path.folder, for: program)
        let target = try location(file.path, for: program)
        let mode: mode_t = file.isExecutable ? 0o700 : 0o600
        let handle = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard handle >= 0 else {
            guard errno != EEXIST else {
                throw .invalidInput(name: program, path: file.path.shortened, reason: "is given twice")
            }
            throw Self.failure("writing \(file.path.shortened)")
        }
        defer { close(handle) }
        var offset = 0
        while offset < file.bytes.count {
            let count = file.bytes.withUnsafeBytes { buffer in
                Glibc.write(handle, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
            }
            guard count > 0 || errno == EINTR else { throw Self.failure("writing \(file.path.shortened)") }
            offset += max(0, count)
        }
    }

    private func make(_ folder: GitPath, for program: String) throws(ProgramFailure) {
        guard !folder.isEmpty, !made.contains(folder) else { return }
        try make(folder.folder, for: program)
        guard mkdir(try location(folder, for: program), 0o700) == 0 else {
            guard errno != EEXIST, errno != ENOTDIR else {
                throw .invalidInput(name: program, path: folder.shortened, reason: "is a file and a folder")
            }
            throw Self.failure("making the folder \(folder.shortened)")
        }
        made.insert(folder)
    }

    /// A path that cannot lead out of the folder, as bytes for the system.
    private func location(_ path: GitPath, for program: String) throws(ProgramFailure) -> [CChar] {
        guard Self.isPlain(path) else {
            throw .invalidInput(name: program, path: path.shortened, reason: "is not a path below the folder")
        }
        return Array("\(files)/".utf8CString.dropLast()) + path.bytes.map { CChar(bitPattern: $0) } + [0]
    }

    /// A variable of the environment that only the processes of one run have.
    static func homeVariable(_ path: String) -> String { "HOME=\(path)/root/home" }

    static func isPlain(_ path: GitPath) -> Bool {
        !path.isEmpty && !path.bytes.contains(0)
            && path.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
            }
    }

    static func failure(_ operation: String) -> ProgramFailure {
        .local(operation: operation, detail: String(cString: strerror(errno)))
    }
}

extension PrivateFolder {
    /// Removes the folders that killed processes of this user have left, and gives their number.
    static func sweep(_ parent: String, now: Int = time(nil)) -> Int {
        // Without such a folder there is nothing to remove.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        return names.filter { $0.hasPrefix(prefix) }.count { isLeft("\(parent)/\($0)", now: now) }
    }

    private static func isLeft(_ folder: String, now: Int) -> Bool {
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
            return false
        }
        let lock = open("\(folder)/lock", O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard lock >= 0 else {
            // The process was killed between making the folder and its lock, or the folder was made just now.
            guard errno == ENOENT, now - Int(status.st_mtim.tv_sec) >= leastAge else { return false }
            return FolderTree.remove(folder)
        }
        defer { close(lock) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { return false }
        // A namespace ends with its first process; without one, processes that a program had started may still run.
        for entry in ProcessTable().holders(of: homeVariable(folder)) { kill(entry.pid, SIGKILL) }
        return FolderTree.remove(folder)
    }
}
