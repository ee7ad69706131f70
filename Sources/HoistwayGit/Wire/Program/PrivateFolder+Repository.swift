import FoundationEssentials
import Glibc
import HoistwayModel
import HoistwayPorts

/// An empty repository for the git program, and the script that gives it the credentials.
extension PrivateFolder {
    /// Makes the repository with a promisor remote for absent objects, as `git clone --filter` does.
    ///
    /// By hand: it would take five runs of git.
    func fill(origin url: String) throws(GitFailure) {
        for name in ["repository/objects/pack", "repository/refs"] { try makeFolder(name) }
        try write("ref: refs/heads/main\n", to: "repository/HEAD", mode: 0o600)
        let quoted = url.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
            .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
        let configuration = """
            [core]
            \trepositoryFormatVersion = 1
            \tbare = true
            [extensions]
            \tpartialClone = origin
            [remote "origin"]
            \turl = "\(quoted)"
            \tpromisor = true

            """
        try write(configuration, to: "repository/config", mode: 0o600)
        // It holds no secret: it prints values of its environment.
        let script = """
            #!/bin/sh
            case "$1" in
            Username*) printf '%s\\n' "$HOISTWAY_USERNAME" ;;
            *) printf '%s\\n' "$HOISTWAY_PASSWORD" ;;
            esac

            """
        try write(script, to: "askpass", mode: 0o700)
    }

    private func makeFolder(_ name: String) throws(GitFailure) {
        do {
            try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        } catch {
            throw .local(operation: "making \(path)/\(name)", detail: PlainError.text(of: error))
        }
    }

    private func write(_ text: String, to name: String, mode: mode_t) throws(GitFailure) {
        let file = "\(path)/\(name)"
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        } catch {
            throw .local(operation: "writing \(file)", detail: PlainError.text(of: error))
        }
        guard chmod(file, mode) == 0 else {
            throw .local(operation: "chmod of \(file)", detail: String(cString: strerror(errno)))
        }
    }
}
