import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Logging
import Synchronization
import Testing

@testable import HoistwayStore

// I5: files that go away under a running server. I11: a disk without room.
struct LostFilesTests {
    /// What can happen to the files of a state, and how it is undone where it can be.
    enum Loss: String, CaseIterable {
        case databaseRemoved, allRemoved, logRemoved, indexRemoved, lockRemoved
        case databaseMoved, allMoved, folderMoved, folderRemoved
        case databaseReplaced, databaseCopied, linkTurned

        /// Whether the very same files can be put back.
        var isUndone: Bool { [.databaseMoved, .allMoved, .folderMoved, .databaseReplaced].contains(self) }
    }

    private static let suffixes = ["", "-wal", "-shm", ".lock"]

    @Test(arguments: Loss.allCases)
    func `nothing counts as stored that is not in the file that the path names`(_ loss: Loss) async throws {
        let rig = try Rig(isLinked: loss == .linkTurned)
        defer { rig.end() }
        let store = try SQLiteStore.open(rig.settings, logger: rig.log.logger)
        defer { store.close() }
        let first = await SingleReply.submit(.sample(body: "before"), to: store)
        #expect(first == .stored(DeliveryID(1)))
        #expect(await store.obstacle() == nil)
        try rig.cause(loss)
        for body in ["after", "before"] {
            guard case .unavailable = await SingleReply.submit(.sample(body: body), to: store) else {
                Issue.record("\(loss): \(body) was acknowledged")
                continue
            }
        }
        guard case .moved(let path, _)? = await store.obstacle() else {
            Issue.record("\(loss) shows nowhere")
            return
        }
        #expect(path.hasPrefix(rig.settings.path))
        let commit = await #expect(throws: StoreFailure.self) {
            try await store.commit([], deliveries: [], audit: [Self.record])
        }
        #expect(commit?.hint?.contains("503") == true)
        #expect(rig.log.lines(.error).count == 1, "\(rig.log.lines(.error))")
        guard loss.isUndone else { return }
        try rig.undo(loss)
        #expect(await store.obstacle() == nil)
        let again = await SingleReply.submit(.sample(body: "before"), to: store)
        #expect(again == .duplicate(of: DeliveryID(1), requeued: false))
        guard case .stored = await SingleReply.submit(.sample(body: "after"), to: store) else {
            Issue.record("\(loss): not taken again")
            return
        }
        #expect(rig.log.lines(.error).count == 1 && rig.log.lines(.notice).count == 1)
    }

    @Test func `a loss is found while nothing comes in`() async throws {
        let rig = try Rig()
        defer { rig.end() }
        let store = try SQLiteStore.open(rig.settings, logger: rig.log.logger)
        defer { store.close() }
        try rig.cause(.databaseRemoved)
        let watch = Task { await store.watchFiles(clock: QuickClock()) }
        await rig.log.next(.error)
        watch.cancel()
        await watch.value
        #expect(rig.log.lines(.error).count == 1)
    }

    @Test func `a closed store and a second start complain of nothing`() async throws {
        let rig = try Rig()
        defer { rig.end() }
        for number in 1...3 {
            let store = try SQLiteStore.open(rig.settings, logger: rig.log.logger)
            _ = await SingleReply.submit(.sample(body: "\(number)"), to: store)
            #expect(await store.obstacle() == nil)
            store.close()
        }
        #expect(rig.log.lines(.error).isEmpty && rig.log.lines(.notice).isEmpty)
    }

    /// I11, on a file system of a megabyte; only root may mount one.
    @Test(.enabled(if: Rig.canMount))
    func `a full disk is told, also while nothing comes in, and so is room that was made`() async throws {
        let rig = try Rig(sizedMegabytes: 8)
        defer { rig.end() }
        let store = try SQLiteStore.open(rig.settings, logger: rig.log.logger)
        defer { store.close() }
        #expect(await store.obstacle() == nil)
        try rig.fill()
        #expect(await Self.finds(.full(path: rig.settings.path), in: store))
        try rig.makeRoom()
        #expect(await Self.finds(nil, in: store))
    }

    /// What was found before holds for a moment.
    private static func finds(_ expected: StoreFailure?, in store: SQLiteStore) async -> Bool {
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end {
            if await store.obstacle() == expected { return true }
            // Never cancelled.
            try? await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    private static let record = AuditRecord(at: Timestamp(seconds: 1), actor: "a", action: "b", detail: "c")

    private struct QuickClock: WallClock {
        func now() -> Timestamp { Timestamp(seconds: 1_767_225_600) }
        func sleep(for duration: Duration) async throws { try await Task.sleep(for: .milliseconds(5)) }
    }
}

/// A state whose files are taken away.
private final class Rig: Sendable {
    let base: String
    let folder: String
    let settings: StoreSettings
    let log = CollectedLog()
    private let isMounted: Bool

    static var canMount: Bool { geteuid() == 0 && access("/usr/bin/mount", X_OK) == 0 && mountsTemporary }

    /// A container may forbid it to root too.
    private static let mountsTemporary: Bool = {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("hoistway-mount-\(UUID())").path
        mkdir(path, 0o700)
        defer { rmdir(path) }
        guard run("/usr/bin/mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path) == 0 else { return false }
        return run("/usr/bin/umount", path) == 0
    }()

    init(isLinked: Bool = false, sizedMegabytes size: Int? = nil) throws {
        base = FileManager.default.temporaryDirectory.appendingPathComponent("hoistway-lost-\(UUID())").path
        folder = base + "/state"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        isMounted = size != nil
        if let size {
            let status = run("/usr/bin/mount", "-t", "tmpfs", "-o", "size=\(size)m", "tmpfs", folder)
            guard status == 0 else { throw CocoaError(.fileWriteUnknown) }
        }
        var path = folder + "/state.db"
        if isLinked {
            try FileManager.default.createSymbolicLink(atPath: base + "/link", withDestinationPath: folder)
            path = base + "/link/state.db"
        }
        settings = StoreSettings(path: path, lockPatience: .milliseconds(50))
    }

    func end() {
        if isMounted { _ = run("/usr/bin/umount", "-l", folder) }
        // What is left is the system's to clean.
        try? FileManager.default.removeItem(atPath: base)
    }

    func fill() throws {
        // `createFile` would tell of the end of the disk; written in steps, so that the last bytes go too.
        let handle = open(folder + "/fill", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(handle) }
        for size in [65_536, 4096, 512] {
            let bytes = [UInt8](repeating: 1, count: size)
            while write(handle, bytes, size) == size {}
        }
    }

    func makeRoom() throws { try FileManager.default.removeItem(atPath: folder + "/fill") }

    private func each(_ body: (String) throws -> Void) throws {
        for suffix in ["", "-wal", "-shm", ".lock"] { try body(settings.path + suffix) }
    }

    func cause(_ loss: LostFilesTests.Loss) throws {
        let files = FileManager.default
        let path = settings.path
        switch loss {
        case .databaseRemoved: try files.removeItem(atPath: path)
        case .allRemoved: try each { try files.removeItem(atPath: $0) }
        case .logRemoved: try files.removeItem(atPath: path + "-wal")
        case .indexRemoved: try files.removeItem(atPath: path + "-shm")
        case .lockRemoved: try files.removeItem(atPath: path + ".lock")
        case .databaseMoved: try files.moveItem(atPath: path, toPath: path + ".away")
        case .allMoved: try each { try files.moveItem(atPath: $0, toPath: $0 + ".away") }
        case .folderMoved: try files.moveItem(atPath: folder, toPath: folder + ".away")
        case .folderRemoved: try files.removeItem(atPath: folder)
        case .databaseReplaced:
            try files.moveItem(atPath: path, toPath: path + ".away")
            try Data().write(to: URL(fileURLWithPath: path))
        case .databaseCopied:
            try files.copyItem(atPath: path, toPath: path + ".copy")
            guard rename(path + ".copy", path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        case .linkTurned:
            try files.createDirectory(atPath: base + "/other", withIntermediateDirectories: true)
            try files.removeItem(atPath: base + "/link")
            try files.createSymbolicLink(atPath: base + "/link", withDestinationPath: base + "/other")
        }
    }

    func undo(_ loss: LostFilesTests.Loss) throws {
        let files = FileManager.default
        let path = settings.path
        switch loss {
        case .databaseMoved: try files.moveItem(atPath: path + ".away", toPath: path)
        case .allMoved: try each { try files.moveItem(atPath: $0 + ".away", toPath: $0) }
        case .folderMoved: try files.moveItem(atPath: folder + ".away", toPath: folder)
        case .databaseReplaced: guard rename(path + ".away", path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        default: return
        }
    }
}

private func run(_ program: String, _ arguments: String...) -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    do {
        try process.run()
    } catch {
        return -1
    }
    process.waitUntilExit()
    return process.terminationStatus
}
