import FoundationEssentials
import HoistwayPorts

/// The command that starts a service as a process.
protocol ServiceCommand: Sendable {
    var displayURL: String { get }
    func start(_ service: GitService) throws(GitFailure) -> (arguments: [String], environment: [String: String])
    /// Called when the service has answered or failed: data for the login can be deleted.
    func loggedIn()
    /// The failure for the last output of a process that gave no answer.
    func failure(_ words: String) -> GitFailure
}

/// A repository on this machine.
struct LocalCommand: ServiceCommand {
    let path: String
    let displayURL: String

    func start(_ service: GitService) -> (arguments: [String], environment: [String: String]) {
        var environment = ProcessEnvironment.base
        if service == .uploadPack { environment["GIT_PROTOCOL"] = "version=2" }
        // "git-upload-pack" is in git's own folder, not always in PATH.
        return (["git", String(service.rawValue.dropFirst("git-".count)), path], environment)
    }

    func loggedIn() {}

    func failure(_ words: String) -> GitFailure {
        let lower = words.lowercased()
        if lower.contains("does not appear to be a git repository") || lower.contains("not a git repository") {
            return .notFound(url: displayURL)
        }
        return .unreachable(url: displayURL, detail: words.isEmpty ? "git ended without an answer" : words)
    }
}

/// The environment of the programs that we start: no variable of Git's, no secret.
enum ProcessEnvironment {
    static var base: [String: String] {
        let own = ProcessInfo.processInfo.environment
        var kept = ["LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"]
        for name in ["PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "SSH_AUTH_SOCK"] { kept[name] = own[name] }
        return kept
    }
}
