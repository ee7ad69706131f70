import Foundation

/// The path of a database in a folder of its own, which is removed in the end.
final class TemporaryFile: Sendable {
    let path: String
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "hoistway-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        path = folder + "/test.db"
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)  // What is left is the system's to clean.
    }
}
