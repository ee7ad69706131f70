import FoundationEssentials
import Glibc
import HoistwayModel

/// Makes the state's folder and files private before they are used.
///
/// Whoever can write into the folder can exchange the database, and whoever can read it has what deliveries said. What
/// is ours is repaired, and the log has it; what belongs to somebody else is refused.
struct StateFolder {
    let path: String
    let database: String
    /// Whose process this is.
    var user = geteuid()

    private var folder: PrivateDirectory { PrivateDirectory(path: path, role: .state, user: user) }

    /// - Returns: what was repaired, a sentence each.
    func prepare() throws -> [String] {
        var repaired: [String] = []
        if let line = try folder.prepare() { repaired.append(line) }
        for name in ["", "-wal", "-shm", ".lock", ".restored"].map({ database + $0 }) + ["\(path)/token"] {
            if let line = try folder.prepareFile(name) { repaired.append(line) }
        }
        return repaired
    }

    /// Only for its owner: the state holds what deliveries said.
    func make() throws { try folder.make() }
}

/// A folder that must belong to this process's user, or to root, and be writable by nobody else.
///
/// What is ours is repaired; what belongs to somebody else is refused.
struct PrivateDirectory {
    /// What it is for, as far as messages and rules differ.
    enum Role {
        case state
        /// Objects fetched from Git: of private repositories, and what is pushed is built from them.
        case cache
    }

    /// What is to be done about one file or folder.
    enum Judgement: Equatable {
        case good
        case repair(mode: mode_t)
        case refuse(String)
    }

    let path: String
    let role: Role
    /// Whose process this is.
    var user = geteuid()

    /// Makes it where it is not there.
    ///
    /// - Returns: what was repaired, a sentence.
    func prepare() throws -> String? {
        try make()
        try refuseForeignLink(path)
        guard let folder = Self.status(path), folder.st_mode & S_IFMT == S_IFDIR else {
            throw refusal("is not a folder", path)
        }
        return try settle(path, Self.judgeFolder(folder, path: path, user: user, key: role.key))
    }

    /// - Returns: what was repaired of a file in it, a sentence.
    func prepareFile(_ name: String) throws -> String? {
        try refuseForeignLink(name)
        guard let file = Self.status(name) else { return nil }
        guard file.st_mode & S_IFMT == S_IFREG else { throw refusal("is not a file", name) }
        return try settle(name, Self.judgeFile(file, user: user))
    }

    func make() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw CommandFailure.failed("\(role.folder) \(path) cannot be made: \(PlainError.text(of: error))")
        }
    }

    // MARK: The rules

    /// A folder of root's, as a volume is mounted, is as good as ours: root could do anything in any case.
    static func judgeFolder(_ status: stat, path: String, user: uid_t, key: String) -> Judgement {
        let mode = status.st_mode & 0o7777
        let isOpen = mode & 0o022 != 0
        if path == "/" || (mode & 0o1000 != 0 && isOpen) {
            return .refuse("is shared by all users of the machine; name a folder of its own in \(key)")
        }
        guard status.st_uid == user else {
            guard status.st_uid == 0, mode & 0o002 == 0 else { return .refuse(foreign(status.st_uid)) }
            return .good
        }
        return isOpen ? .repair(mode: mode & ~0o077) : .good
    }

    static func judgeFile(_ status: stat, user: uid_t) -> Judgement {
        guard status.st_uid == user else {
            guard status.st_uid == 0, status.st_mode & 0o007 == 0 else { return .refuse(foreign(status.st_uid)) }
            return .good
        }
        return status.st_mode & 0o077 != 0 ? .repair(mode: status.st_mode & 0o7700) : .good
    }

    private static func foreign(_ owner: uid_t) -> String {
        "belongs to another user (number \(owner)): run hoistway as that user. Or look at its content, and give it to "
            + "this user with chown -R"
    }

    // MARK: Doing it

    private func settle(_ name: String, _ judgement: Judgement) throws -> String? {
        switch judgement {
        case .good: return nil
        case .refuse(let reason): throw refusal(reason, name)
        case .repair(let mode):
            let old = (Self.status(name)?.st_mode ?? 0) & 0o7777
            guard chmod(name, mode) == 0, let now = Self.status(name), now.st_mode & 0o077 == 0 else {
                throw refusal(
                    "is open to other users and its mode cannot be changed; put it on a file system with modes",
                    name
                )
            }
            let line = "\(name) was open to other users (mode \(Self.octal(old))); it has mode \(Self.octal(mode)) now"
            guard name.hasSuffix("/token") else { return line }
            return line + "; if others may have read it, make another token and delete this one"
        }
    }

    /// A link of somebody else's may lead elsewhere tomorrow.
    private func refuseForeignLink(_ name: String) throws {
        var status = stat()
        guard lstat(name, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return }
        guard status.st_uid == user || status.st_uid == 0 else {
            throw refusal("is a symbolic link that \(Self.foreign(status.st_uid))", name)
        }
    }

    /// Of what a link leads to; `nil` where there is nothing.
    private static func status(_ path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }

    private static func octal(_ mode: mode_t) -> String { "0" + String(mode, radix: 8) }

    private func refusal(_ reason: String, _ name: String) -> CommandFailure {
        .failed("\(role.subject) cannot be used: \(name) \(reason)")
    }
}

extension PrivateDirectory.Role {
    /// The subject of a sentence.
    fileprivate var subject: String {
        switch self {
        case .state: "the state"
        case .cache: "the cache of Git objects"
        }
    }

    fileprivate var folder: String {
        switch self {
        case .state: "the state folder"
        case .cache: "the cache folder"
        }
    }

    /// Where the configuration names it.
    fileprivate var key: String {
        switch self {
        case .state: "state.url"
        case .cache: "git.cache.path"
        }
    }
}
