import FoundationEssentials
import Glibc
import HoistwayModel
package import HoistwayPorts

/// A folder next to the database with files that are replaced as a whole, and that only their owner may read.
package struct KeptFiles: Sendable {
    package let folder: String

    package init(folder: String) {
        self.folder = folder
    }

    /// The file is on the disk when this returns; a crash leaves the old content or the new one.
    package func keep(_ bytes: [UInt8], as name: String) throws(StoreFailure) {
        let path = "\(folder)/\(name)"
        let partial = path + ".partial"
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw .failed(operation: "making \(folder)", detail: PlainError.text(of: error))
        }
        try Disk.remove(partial)
        guard
            FileManager.default.createFile(
                atPath: partial,
                contents: Data(bytes),
                attributes: [.posixPermissions: 0o600]
            )
        else { throw Disk.failure("writing \(partial)") }
        try Disk.sync(partial)
        try Disk.rename(partial, to: path)
        try Disk.syncFolder(of: path)
    }

    /// `nil` if there is no such file.
    package func bytes(of name: String) throws(StoreFailure) -> [UInt8]? {
        let path = "\(folder)/\(name)"
        guard Disk.exists(path) else { return nil }
        do {
            return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw .failed(operation: "reading \(path)", detail: PlainError.text(of: error))
        }
    }

    /// Removes every file but these.
    package func keepOnly(_ names: Set<String>) throws(StoreFailure) {
        // There is no folder: nothing was kept yet.
        let found = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in found where !names.contains(name) { try Disk.remove("\(folder)/\(name)") }
    }
}
