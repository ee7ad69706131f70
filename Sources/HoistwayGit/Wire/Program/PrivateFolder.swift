import Foundation
import HoistwayPorts

/// A folder that only this user reads, with an empty repository and the script that answers git's questions.
final class PrivateFolder: Sendable {
    let path: String

    init(parent: String?) throws(GitFailure) {
        let base = parent ?? ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(base)/hoistway-git-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .local(operation: "making a folder in \(base)", detail: String(cString: strerror(errno)))
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        // What is left behind is without secrets, and the system clears its temporary folder.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Makes the repository, whose origin promises what is not here, as `git clone --filter` does.
    ///
    /// By hand: five runs of git would do the same.
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
        // It holds no secret: it prints what its environment has.
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
            throw .local(operation: "making \(path)/\(name)", detail: "\(error)")
        }
    }

    private func write(_ text: String, to name: String, mode: mode_t) throws(GitFailure) {
        let file = "\(path)/\(name)"
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        } catch {
            throw .local(operation: "writing \(file)", detail: "\(error)")
        }
        guard chmod(file, mode) == 0 else {
            throw .local(operation: "chmod of \(file)", detail: String(cString: strerror(errno)))
        }
    }
}
