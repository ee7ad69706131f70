import Foundation

/// A private folder that is removed by its owner, or at the latest with its last reference.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init(_ prefix: String = "hoistway-test") throws {
        let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(base)/\(prefix)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw TestServerError.failed("making a folder in \(base)", detail: String(cString: strerror(errno)))
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { remove() }

    package func remove() {
        // It may be gone already.
        try? FileManager.default.removeItem(atPath: path)
    }

    package func write(_ text: String, to name: String, mode: UInt32 = 0o600) throws {
        try write(Array(text.utf8), to: name, mode: mode)
    }

    package func write(_ bytes: [UInt8], to name: String, mode: UInt32 = 0o600) throws {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        guard chmod(file, mode) == 0 else {
            throw TestServerError.failed("chmod of \(file)", detail: String(cString: strerror(errno)))
        }
    }
}
