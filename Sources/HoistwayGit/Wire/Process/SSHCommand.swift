import FoundationEssentials
import Glibc
import HoistwayCrypto
import HoistwayPorts
import Synchronization

/// A repository over ssh, with OpenSSH's client.
final class SSHCommand: ServiceCommand {
    let displayURL: String
    private let address: SSHAddress
    private let knownHosts: String?
    private let connectTimeout: Duration
    private let key: PrivateKeyFile?

    init(_ address: SSHAddress, options: GitTransportOptions) {
        self.address = address
        displayURL = address.text
        knownHosts = options.knownHosts
        connectTimeout = options.connectTimeout
        key = options.sshKey.map { PrivateKeyFile($0, folder: options.temporaryFolder) }
    }

    func start(_ service: GitService) throws(GitFailure) -> (arguments: [String], environment: [String: String]) {
        var environment = ProcessEnvironment.base
        if service == .uploadPack { environment["GIT_PROTOCOL"] = "version=2" }
        var arguments = try client()
        if let port = address.port { arguments += ["-p", "\(port)"] }
        let destination = address.user.map { "\($0)@\(address.host)" } ?? address.host
        // Neither can begin with a hyphen (`GitAddress`); "--" is a second protection.
        arguments += ["--", destination, "\(service.rawValue) \(Self.quoted(address.path))"]
        return (arguments, environment)
    }

    func loggedIn() { key?.remove() }

    /// Whether ssh's message means that the server refused the key, and not that the key's owner lacks a right.
    static func isRefusedKey(_ words: String) -> Bool { words.lowercased().contains("permission denied (") }

    func failure(_ words: String) -> GitFailure {
        let lower = words.lowercased()
        if lower.contains("identification has changed") || lower.contains("offending ") {
            return .unreachable(
                url: displayURL,
                detail: "its host key is not the one in known_hosts: if the host was set up again, put its new key "
                    + "there; else somebody may be in between: \(words)"
            )
        }
        if lower.contains("host key verification failed") || lower.contains("host key is known for") {
            return .unreachable(
                url: displayURL,
                detail: "its host key is not in known_hosts (git.knownHosts): add the key after comparing it with what "
                    + "the host's owner publishes: \(words)"
            )
        }
        if lower.contains("unable to negotiate") || lower.contains("no matching ") {
            return .unreachable(
                url: displayURL,
                detail: "it and this machine's ssh have no algorithm in common: a newer server is needed, or a line "
                    + "for this host in ssh_config that allows the old one: \(words)"
            )
        }
        if lower.contains("could not resolve hostname") {
            return .unreachable(
                url: displayURL,
                detail: "the host name is not known: check its spelling and the DNS of this machine: \(words)"
            )
        }
        if lower.contains("connection refused") {
            return .unreachable(
                url: displayURL,
                detail: "nobody listens on that port: is the port right, and does the server run? \(words)"
            )
        }
        if lower.contains("invalid format") || lower.contains("error in libcrypto") {
            return .unauthorized(
                url: displayURL,
                detail: "the private key cannot be read: it must be whole, in OpenSSH's or PEM's form, without a "
                    + "passphrase: \(words)"
            )
        }
        if ServerWords.isDenial(lower) { return .unauthorized(url: displayURL, detail: words) }
        if lower.contains("does not appear to be a git repository") || lower.contains("not found.") {
            return .notFound(url: displayURL)
        }
        if lower.contains("timed out") {
            return .timedOut(url: displayURL, seconds: Int(connectTimeout.components.seconds))
        }
        return .unreachable(
            url: displayURL,
            detail: words.isEmpty ? "ssh ended without an answer and without a word" : words
        )
    }

    /// The command line for `GIT_SSH_COMMAND`: git adds port, host and command.
    func shellCommand() throws(GitFailure) -> String {
        try client().map(Self.quoted).joined(separator: " ")
    }

    private func client() throws(GitFailure) -> [String] {
        ["ssh", "-T", "-a", "-x"] + (try options()).flatMap { ["-o", $0] }
    }

    private func options() throws(GitFailure) -> [String] {
        var options = [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "SendEnv=GIT_PROTOCOL", "ForwardAgent=no",
            "ClearAllForwardings=yes", "PermitLocalCommand=no", "ControlPath=none", "LogLevel=INFO",
            "ConnectTimeout=\(max(1, connectTimeout.components.seconds))", "ServerAliveInterval=15",
        ]
        if let knownHosts {
            options += ["UserKnownHostsFile=\(Self.quotedOption(knownHosts))", "GlobalKnownHostsFile=/dev/null"]
        }
        if let key {
            options += [
                "IdentityFile=\(Self.quotedOption(try key.path()))", "IdentitiesOnly=yes", "IdentityAgent=none",
                "PasswordAuthentication=no", "KbdInteractiveAuthentication=no",
            ]
        }
        return options
    }

    /// Quoted for the shell of the server.
    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// Quoted as an option's value for ssh: spaces separate words, `%` begins a token.
    private static func quotedOption(_ path: String) -> String {
        "\"" + path.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%") + "\""
    }
}

/// A private key as a file, while ssh needs it: ssh reads keys only from files.
final class PrivateKeyFile: Sendable {
    private struct State {
        var folder: String?
        /// Open and locked as long as the folder exists: a folder without a lock was left by a process that has ended.
        var lock: Int32 = -1
        /// The number of processes that were started and have not logged in.
        var users = 0
    }

    private let key: Secret
    private let parent: String
    private let state = Mutex(State())

    init(_ key: Secret, folder: String?) {
        self.key = key
        parent = folder ?? ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    }

    deinit { state.withLock { Self.remove(&$0) } }

    /// Writes the file where it does not exist yet; no other user can read it.
    ///
    /// Each call needs one call of `remove`.
    func path() throws(GitFailure) -> String {
        try state.withLock { state throws(GitFailure) in
            if state.folder == nil { (state.folder, state.lock) = try write() }
            state.users += 1
            return "\(state.folder ?? "")/key"
        }
    }

    func remove() {
        state.withLock { state in
            state.users = max(0, state.users - 1)
            guard state.users == 0 else { return }
            Self.remove(&state)
        }
    }

    private func write() throws(GitFailure) -> (folder: String, lock: Int32) {
        var template = Array("\(parent)/\(LeftKeys.prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Self.failure() }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let file = open("\(folder)/key", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0, flock(file, LOCK_EX | LOCK_NB) == 0 else { throw Self.failure() }
        // OpenSSH refuses a key without its last newline.
        let bytes = key.reveal() + (key.reveal().last == 10 ? [] : [10])
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
            let failure = Self.failure()
            var written = State(folder: folder, lock: file)
            Self.remove(&written)
            throw failure
        }
        return (folder, file)
    }

    private static func remove(_ state: inout State) {
        guard let folder = state.folder else { return }
        unlink("\(folder)/key")
        rmdir(folder)
        close(state.lock)
        state = State()
    }

    private static func failure() -> GitFailure {
        .local(operation: "writing the private key for ssh", detail: String(cString: strerror(errno)))
    }
}
