import Foundation

/// A real OpenSSH server on the loopback interface, with keys made for this test.
///
/// It serves every repository that the user running the tests can read, by absolute path.
package final class GitSSHServer: Sendable {
    package let port: Int
    package let user: String
    /// The private key that it accepts, in OpenSSH's form.
    package let privateKey: String
    /// A file with the server's host key.
    package let knownHosts: String
    private let folder: TemporaryFolder
    private let process: ServerProcess

    private init(port: Int, user: String, privateKey: String, folder: TemporaryFolder, process: ServerProcess) {
        self.port = port
        self.user = user
        self.privateKey = privateKey
        self.folder = folder
        self.process = process
        knownHosts = "\(folder.path)/known_hosts"
    }

    /// - Parameters:
    ///   - acceptsGitProtocol: whether `GIT_PROTOCOL` reaches Git, so that v2 is spoken.
    ///   - forcedCommand: a shell script that runs in place of the requested command, as in gitolite; the request is in
    ///     `SSH_ORIGINAL_COMMAND`; `nil`: the requested command runs.
    package static func start(
        acceptsGitProtocol: Bool = true,
        forcedCommand: String? = nil
    ) async throws -> GitSSHServer {
        let program = try TestProgram.find("sshd", package: "openssh-server")
        let folder = try TemporaryFolder("hoistway-ssh")
        let user = try await TestProgram.check("id", ["-un"]).text.split(separator: "\n").first.map(String.init) ?? ""
        for key in ["host", "user"] {
            try await TestProgram.check(
                "ssh-keygen",
                ["-q", "-t", "ed25519", "-N", "", "-C", key, "-f", "\(folder.path)/\(key)"]
            )
        }
        let publicKey = try String(contentsOfFile: "\(folder.path)/user.pub", encoding: .utf8)
        let privateKey = try String(contentsOfFile: "\(folder.path)/user", encoding: .utf8)
        let hostKey = try String(contentsOfFile: "\(folder.path)/host.pub", encoding: .utf8)
        if let forcedCommand { try folder.write("#!/bin/sh\n\(forcedCommand)\n", to: "forced") }
        let forced = forcedCommand == nil ? "" : "command=\"/bin/sh \(folder.path)/forced\" "
        try folder.write(forced + publicKey, to: "authorized_keys")
        // As root, sshd requires this folder with any configuration.
        if geteuid() == 0 { mkdir("/run/sshd", 0o755) }
        for _ in 0..<5 {
            let port = try LoopbackPort.free()
            try folder.write(
                configuration(port: port, folder: folder.path, acceptsGitProtocol: acceptsGitProtocol),
                to: "sshd_config"
            )
            try folder.write("[127.0.0.1]:\(port) \(hostKey)", to: "known_hosts")
            let process = try ServerProcess(
                program,
                ["-D", "-e", "-f", "\(folder.path)/sshd_config"],
                environment: TestProgram.environment(home: folder.path),
                log: "\(folder.path)/sshd.log",
                folder: folder.path
            )
            if try await LoopbackPort.wait(for: port, of: process) {
                return GitSSHServer(
                    port: port,
                    user: user,
                    privateKey: privateKey,
                    folder: folder,
                    process: process
                )
            }
            process.stop()
        }
        let log = (try? String(contentsOfFile: "\(folder.path)/sshd.log", encoding: .utf8)) ?? ""
        throw TestServerError.failed("starting sshd", detail: String(log.suffix(500)))
    }

    /// The URL of the repository at an absolute path.
    package func url(for path: String) -> String {
        "ssh://\(user)@127.0.0.1:\(port)\(path)"
    }

    /// The number of logins so far.
    ///
    /// The log may be late: waits until there are `count`.
    package func logins(atLeast count: Int) async throws -> Int {
        var found = 0
        try await eventually("\(count) logins") {
            let log = (try? String(contentsOfFile: "\(folder.path)/sshd.log", encoding: .utf8)) ?? ""
            found = log.split(whereSeparator: \.isNewline).count { $0.contains("Accepted publickey") }
            return found >= count
        }
        return found
    }

    package func stop() {
        process.stop()
        folder.remove()
    }

    private static func configuration(port: Int, folder: String, acceptsGitProtocol: Bool) -> String {
        """
        Port \(port)
        ListenAddress 127.0.0.1
        HostKey \(folder)/host
        AuthorizedKeysFile \(folder)/authorized_keys
        PidFile none
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin prohibit-password
        AllowTcpForwarding no
        X11Forwarding no
        LogLevel INFO
        MaxStartups 200
        SetEnv GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
        \(acceptsGitProtocol ? "AcceptEnv GIT_PROTOCOL" : "")

        """
    }
}
