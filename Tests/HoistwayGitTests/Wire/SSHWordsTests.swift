import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayGit

/// What ssh and the programs behind it say, in the failures that the engine knows.
struct SSHWordsTests {
    /// As OpenSSH 9 and gitolite 3 print it; a part of the failure's message; how it is tried again.
    static let words: [(said: String, part: String, retry: Retry)] = [
        (
            "Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-rsa",
            "no algorithm in common", .backoff
        ),
        ("WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!; Host key verification failed.", "not the one in", .backoff),
        (
            "No ED25519 host key is known for git.example.com and you have requested strict checking.; "
                + "Host key verification failed.", "not in known_hosts", .backoff
        ),
        ("git@git.example.com: Permission denied (publickey).", "Permission denied (publickey)", .few),
        ("FATAL: R any app deployer DENIED by fallthru; (or you mis-spelled the reponame)", "DENIED by fallthru", .few),
        ("FATAL: W any app deployer DENIED by refs/heads/main", "refused the credentials", .few),
        ("ssh: Could not resolve hostname git.example.com: Name or service not known", "is not known", .backoff),
        ("ssh: connect to host git.example.com port 22: Connection refused", "nobody listens on that port", .backoff),
        ("fatal: '/srv/app.git' does not appear to be a git repository", "does not exist", .few),
        ("Load key \"/tmp/key\": error in libcrypto", "without a passphrase", .few),
        ("ssh: connect to host git.example.com port 22: Connection timed out", "within", .backoff),
        ("", "without a word", .backoff),
    ]

    @Test(arguments: words)
    func `the words of ssh are kept, and say what to do`(_ one: (said: String, part: String, retry: Retry)) throws {
        guard case .ssh(let address) = try GitAddress("ssh://git@git.example.com/srv/app.git") else { return }
        let failure = SSHCommand(address, options: GitTransportOptions()).failure(one.said)
        #expect(failure.message.contains(one.part), "\(failure.message)")
        #expect(failure.retry == one.retry, "\(failure)")
    }

    @Test func `only a refused key rests for a minute, not one that has too few rights`() {
        #expect(SSHCommand.isRefusedKey("git@host: Permission denied (publickey)."))
        #expect(!SSHCommand.isRefusedKey("FATAL: R any app deployer DENIED by fallthru"))
    }
}
