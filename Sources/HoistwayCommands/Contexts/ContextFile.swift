import Glibc
import HoistwayCrypto
import HoistwayEdits
import HoistwayModel

/// The file that keeps contexts: `$XDG_CONFIG_HOME/hoistway/contexts.yaml`, else below `~/.config`.
///
/// It holds tokens. Nobody but its owner may read it: one that others can read is refused. A change writes a new file
/// and puts it in the place of the old one, so that no reader sees half of it. Changes wait for each other.
struct ContextFile: Sendable {
    /// `nil`: neither variable is set.
    let folder: String?

    private static let maxBytes = 1 << 20

    init(environment: [String: String]) {
        func variable(_ name: String) -> String? {
            // The specification of XDG: a path that is not absolute is ignored.
            environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        folder = (variable("XDG_CONFIG_HOME") ?? variable("HOME").map { $0 + "/.config" }).map { $0 + "/hoistway" }
    }

    var path: String { (folder ?? "~/.config/hoistway") + "/contexts.yaml" }

    /// No file is the same as one without contexts.
    func read() throws(CommandFailure) -> Contexts {
        guard folder != nil else { return Contexts() }
        // A pipe would be waited for.
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return Contexts() }
            if errno == ELOOP { throw failure("it is a symbolic link") }
            throw failure(String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        guard let status = FileStatus(of: descriptor), status.isRegular else { throw failure("it is no regular file") }
        guard !status.isOpenToOthers else {
            throw .failed(
                "\(path) holds tokens, and others can read it",
                hint: "run chmod 600 \(path); if others may have read it, make new tokens"
            )
        }
        var bytes = [UInt8](repeating: 0, count: Self.maxBytes + 1)
        var count = 0
        while count < bytes.count {
            let more = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            if more < 0, errno == EINTR { continue }
            guard more >= 0 else { throw failure(String(cString: strerror(errno))) }
            if more == 0 { break }
            count += more
        }
        guard count <= Self.maxBytes else { throw failure("it has more than \(Self.maxBytes) bytes") }
        guard count > 0 else { return Contexts() }
        return try contexts(Array(bytes.prefix(count)))
    }

    private func contexts(_ bytes: [UInt8]) throws(CommandFailure) -> Contexts {
        let value: DocumentValue
        do { value = try DocumentReader.yaml(bytes) } catch { throw failure("it is no YAML") }
        if value == .null { return Contexts() }
        do { return try Contexts(yaml: value) } catch { throw failure(error.detail) }
    }

    /// Fails with the names that there are.
    func context(named name: String) throws(CommandFailure) -> Contexts.Context {
        let contexts = try read()
        guard let context = contexts.all[name] else { throw Self.unknown(name, among: contexts) }
        return context
    }

    static func unknown(_ name: String, among contexts: Contexts) -> CommandFailure {
        let names = contexts.names
        return .usage(
            "there is no context \(SafeText.line(name))",
            hint: names.isEmpty
                ? "make one with `hoistway login URL`" : "there are \(names.joined(separator: ", "))"
        )
    }

    /// Reads, changes and writes as one step.
    func change<Result>(
        _ body: (inout Contexts) throws(CommandFailure) -> Result
    ) throws(CommandFailure) -> Result {
        guard let folder else {
            throw .failed("there is no place for contexts", hint: "set HOME or XDG_CONFIG_HOME to an absolute path")
        }
        try makeFolder(folder)
        let lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else { throw unwritable(String(cString: strerror(errno))) }
        defer { close(lock) }
        while flock(lock, LOCK_EX) != 0 {
            guard errno == EINTR else { throw unwritable(String(cString: strerror(errno))) }
        }
        var contexts = try read()
        let result = try body(&contexts)
        try write(contexts, folder, descriptor: lock)
        return result
    }

    /// For its owner only, with those above it that are missing.
    private func makeFolder(_ path: String) throws(CommandFailure) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw unwritable(String(cString: strerror(errno)))
        }
        try makeFolder(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw unwritable(String(cString: strerror(errno))) }
    }

    private func write(_ contexts: Contexts, _ folder: String, descriptor: Int32) throws(CommandFailure) {
        let new = "\(folder)/.contexts.yaml.\(getpid())"
        // What a process of this number may have left behind.
        unlink(new)
        let file = open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw unwritable(String(cString: strerror(errno))) }
        let bytes = Array(contexts.yaml.utf8)
        let isWritten = Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        let detail = String(cString: strerror(errno))
        close(file)
        guard isWritten, rename(new, path) == 0 else {
            let last = isWritten ? String(cString: strerror(errno)) : detail
            unlink(new)
            throw unwritable(last)
        }
        // The name is on the disk too, then; where the system cannot say so, the file is still whole.
        _ = fsync(descriptor)
    }

    private func failure(_ detail: String) -> CommandFailure { .unreadable(path: path, detail: detail) }

    private func unwritable(_ detail: String) -> CommandFailure { .failed("\(path) cannot be written: \(detail)") }
}
