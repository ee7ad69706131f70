import Glibc
import HoistwayCrypto
import HoistwayPorts

/// Runs the `git` program in a private repository, without any user's configuration and without a terminal.
///
/// It gets credentials from its environment, through a script that prints them, never as arguments: every user of the
/// machine can read those.
struct GitProgram: Sendable {
    struct Outcome: Sendable {
        var status: Int32
        var output: [UInt8]
        /// Its last output, without dangerous characters.
        var words: String

        var lines: [Substring] { String(decoding: output, as: UTF8.self).split(separator: "\n") }
    }

    let address: GitAddress
    let options: GitTransportOptions
    let ssh: SSHCommand?

    init(_ address: GitAddress, options: GitTransportOptions) {
        self.address = address
        self.options = options
        if case .ssh(let place) = address { ssh = SSHCommand(place, options: options) } else { ssh = nil }
    }

    /// Runs it to its end, with any status.
    ///
    /// `isOffline`: git makes no connection.
    func run(
        _ arguments: [String],
        in folder: PrivateFolder,
        input: [UInt8] = [],
        login: GitTransportOptions.Login? = nil,
        isOffline: Bool = false
    ) async throws(GitFailure) -> Outcome {
        defer { ssh?.loggedIn() }
        let child = try ChildProcess(
            limits + ["git", "--git-dir=\(folder.path)/repository"] + settings + arguments,
            environment: try environment(folder, login, isOffline: isOffline)
        )
        async let isWritten = child.write([input], timeout: options.idleTimeout, thenClose: true)
        var output: [UInt8] = []
        while true {
            guard let piece = await child.read(timeout: options.idleTimeout) else {
                child.end()
                throw .timedOut(
                    url: address.displayURL,
                    seconds: Int(options.idleTimeout.components.seconds)
                )
            }
            if piece.isEmpty { break }
            output += piece
            guard output.count <= options.maxRefBytes else {
                child.end()
                throw .tooLarge(url: address.displayURL, what: "git said more than \(options.maxRefBytes) bytes")
            }
        }
        // A program that does not read its whole input reports the reason by its status.
        _ = await isWritten
        let words = await child.lastWords()
        let status = await child.finish(patience: .seconds(5))
        return Outcome(status: status, output: output, words: words)
    }

    /// The same, where a failure ends the work.
    @discardableResult
    func check(
        _ arguments: [String],
        in folder: PrivateFolder,
        input: [UInt8] = [],
        login: GitTransportOptions.Login? = nil
    ) async throws(GitFailure) -> Outcome {
        let outcome = try await run(arguments, in: folder, input: input, login: login)
        guard outcome.status == 0 else { throw failure(outcome.words) }
        return outcome
    }

    /// The failure for git's last output.
    func failure(_ words: String) -> GitFailure {
        let url = address.displayURL
        let lower = words.lowercased()
        if lower.contains("could not read username") || lower.contains("authentication failed")
            || lower.contains("returned error: 401") || lower.contains("returned error: 403")
        {
            return .unauthorized(url: url, detail: words)
        }
        if lower.contains("returned error: 429") { return .limited(url: url, after: nil) }
        if lower.contains("returned error: 404") || lower.contains("not found")
            || lower.contains("does not appear to be a git repository")
        {
            return .notFound(url: url)
        }
        if lower.contains("not valid: is this a git repository?")
            || lower.contains("unable to update url base from redirection")
            || lower.contains("returned error: 30")
        {
            return .notARepository(url: url, detail: words)
        }
        if lower.contains("object format") || lower.contains("sha256") {
            return .unsupported(
                url: url,
                what: "its objects are named by sha256; only SHA-1 repositories can be served"
            )
        }
        let failure = ServerWords.failure(words, remarks: "", url: url)
        guard case .serverError = failure else { return failure }
        return ssh?.failure(words) ?? .unreachable(url: url, detail: words)
    }

    /// Memory limit for git, in KiB: a small pack can make it build objects of any size.
    private static let maxMemory = 4 << 20

    /// Runs the command after it with limits on memory, processor time and file sizes.
    ///
    /// git reads a pack before our own checks do.
    private var limits: [String] {
        let seconds = max(1, options.transferTimeout.components.seconds)
        // The shell counts files in blocks of 512 bytes; an index is beside its pack.
        let blocks = (options.maxPackBytes + options.maxPackBytes / 64 + WireLimits.overhead) / 512 + 1
        let script = "ulimit -v \(Self.maxMemory) && ulimit -t \(seconds) && ulimit -f \(blocks) && exec \"$@\""
        return ["/bin/sh", "-c", script, "git"]
    }

    private var settings: [String] {
        var pairs = [
            "credential.helper=", "http.followRedirects=false", "fetch.unpackLimit=1", "gc.auto=0",
            "maintenance.auto=false", "core.hooksPath=/dev/null", "transfer.fsckObjects=false",
            "protocol.version=2", "pack.threads=1", "core.packedGitLimit=256m", "core.deltaBaseCacheLimit=64m",
        ]
        if let proxy = options.proxy { pairs.append("http.proxy=http://\(proxy.host):\(proxy.port)") }
        return pairs.flatMap { ["-c", $0] }
    }

    private func environment(
        _ folder: PrivateFolder,
        _ login: GitTransportOptions.Login?,
        isOffline: Bool
    ) throws(GitFailure) -> [String: String] {
        var values = ProcessEnvironment.base
        values["GIT_CONFIG_NOSYSTEM"] = "1"
        values["GIT_CONFIG_GLOBAL"] = "/dev/null"
        values["GIT_ASKPASS"] = "\(folder.path)/askpass"
        // Otherwise git would fetch an absent object when it reads it.
        if isOffline { values["GIT_ALLOW_PROTOCOL"] = "none" }
        if let file = options.caFile { values["GIT_SSL_CAINFO"] = file }
        if options.insecureSkipTLSVerify { values["GIT_SSL_NO_VERIFY"] = "1" }
        if let login {
            values["HOISTWAY_USERNAME"] = login.username
            values["HOISTWAY_PASSWORD"] = login.password.revealText()
        }
        if let ssh {
            values["GIT_SSH_COMMAND"] = try ssh.shellCommand()
            values["GIT_SSH_VARIANT"] = "ssh"
        }
        return values
    }
}
