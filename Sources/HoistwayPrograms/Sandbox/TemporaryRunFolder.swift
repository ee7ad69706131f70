import FoundationEssentials
import Glibc
package import HoistwayPorts

/// A parent of private folders for a short command; it is deleted with the last reference.
package final class TemporaryRunFolder: Sendable {
    package let path: String

    /// Below the folder for temporary files, closed to other users.
    package init() throws(ProgramFailure) {
        let base = FileManager.default.temporaryDirectory.path
        var template = Array("\(base)/hoistway-programs-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .local(operation: "making a folder in \(base)", detail: String(cString: strerror(errno)))
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { FolderTree.remove(path) }
}
