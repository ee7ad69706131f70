import FoundationEssentials
import Glibc
import HoistwayPorts

/// A temporary folder that only this user can read; it is deleted with the last reference to this object.
final class PrivateFolder: Sendable {
    let path: String

    /// `parent`: the folder to make it in; `nil`: the system's for temporary files.
    init(parent: String?) throws(GitFailure) {
        let base = parent ?? ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(base)/hoistway-git-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .local(operation: "making a folder in \(base)", detail: String(cString: strerror(errno)))
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        // The rest has no secrets, and the system clears its temporary folder.
        try? FileManager.default.removeItem(atPath: path)
    }
}
