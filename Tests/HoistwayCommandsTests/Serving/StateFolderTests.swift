import Foundation
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// S12: what the folders of the state and of the cache, and the state's files, may be.
struct StateFolderTests {
    private static func status(owner: uid_t, mode: mode_t) -> stat {
        var status = stat()
        status.st_uid = owner
        status.st_mode = mode
        return status
    }

    @Test(
        arguments: [
            (1000, 0o700, .good), (1000, 0o755, .good), (1000, 0o777, .repair(mode: 0o700)),
            (1000, 0o770, .repair(mode: 0o700)), (1000, 0o722, .repair(mode: 0o700)),
            (1000, 0o2775, .repair(mode: 0o2700)), (0, 0o2775, .good), (0, 0o755, .good),
        ] as [(uid_t, mode_t, PrivateDirectory.Judgement)]
    )
    func `a folder of ours is repaired, a volume of root's is good`(
        owner: uid_t,
        mode: mode_t,
        expected: PrivateDirectory.Judgement
    ) {
        let status = Self.status(owner: owner, mode: mode)
        let found = PrivateDirectory.judgeFolder(status, path: "/srv/x", user: 1000, key: "state.url")
        #expect(found == expected)
    }

    @Test(
        arguments: [
            (1001, 0o700, 1000, "/srv/x"), (1001, 0o777, 1000, "/srv/x"), (1001, 0o700, 0, "/srv/x"),
            (0, 0o777, 1000, "/srv/x"), (0, 0o1777, 0, "/tmp"), (1000, 0o1777, 1000, "/srv/x"), (0, 0o755, 0, "/"),
        ] as [(uid_t, mode_t, uid_t, String)]
    )
    func `another's folder, and one that all share, is refused`(owner: uid_t, mode: mode_t, user: uid_t, path: String) {
        let status = Self.status(owner: owner, mode: mode)
        let found = PrivateDirectory.judgeFolder(status, path: path, user: user, key: "state.url")
        guard case .refuse = found else {
            Issue.record("\(found)")
            return
        }
    }

    @Test(
        arguments: [
            (1000, 0o600, .good), (1000, 0o400, .good), (1000, 0o644, .repair(mode: 0o600)),
            (1000, 0o666, .repair(mode: 0o600)), (0, 0o660, .good),
        ] as [(uid_t, mode_t, PrivateDirectory.Judgement)]
    )
    func `a file of ours is repaired`(owner: uid_t, mode: mode_t, expected: PrivateDirectory.Judgement) {
        #expect(PrivateDirectory.judgeFile(Self.status(owner: owner, mode: mode), user: 1000) == expected)
    }

    @Test func `what is open is closed and named, and a second start finds nothing`() throws {
        let base = try TemporaryFolder()
        let folder = "\(base.path)/var"
        mkdir(folder, 0o777)
        chmod(folder, 0o777)
        for name in ["state.db", "state.db-wal", "token", "other"] {
            try base.write("x", to: "var/\(name)", mode: 0o644)
        }
        try FileManager.default.createSymbolicLink(atPath: "\(base.path)/link", withDestinationPath: folder)
        let state = StateFolder(path: "\(base.path)/link", database: "\(base.path)/link/state.db")
        let lines = try state.prepare()
        #expect(lines.count == 4 && lines[0].contains("mode 0777") && lines[0].contains("0700"), "\(lines)")
        #expect(lines.last?.contains("make another token") == true)
        func mode(_ name: String) throws -> Int {
            (try FileManager.default.attributesOfItem(atPath: name)[.posixPermissions] as? Int) ?? 0
        }
        #expect(try mode(folder) == 0o700)
        for (name, expected) in [("state.db", 0o600), ("state.db-wal", 0o600), ("token", 0o600), ("other", 0o644)] {
            #expect(try mode("\(folder)/\(name)") == expected)
        }
        #expect(try state.prepare() == [])
    }

    @Test func `a folder that is not there is made for its owner alone`() throws {
        let base = try TemporaryFolder()
        let state = StateFolder(path: "\(base.path)/a/b", database: "\(base.path)/a/b/state.db")
        #expect(try state.prepare() == [])
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(base.path)/a/b")
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    /// To others' files only root comes.
    @Test(.enabled(if: geteuid() == 0), arguments: ["folder", "link", "state.db", "token"])
    func `what belongs to another user is refused with what to do`(_ what: String) throws {
        let base = try TemporaryFolder()
        let folder = "\(base.path)/var"
        mkdir(folder, 0o700)
        var state = StateFolder(path: folder, database: "\(folder)/state.db")
        switch what {
        case "folder": #expect(chown(folder, 65_534, 65_534) == 0)
        case "link":
            try FileManager.default.createSymbolicLink(atPath: "\(base.path)/link", withDestinationPath: folder)
            #expect(lchown("\(base.path)/link", 65_534, 65_534) == 0)
            state = StateFolder(path: "\(base.path)/link", database: "\(base.path)/link/state.db")
        default:
            try base.write("x", to: "var/\(what)")
            #expect(chown("\(folder)/\(what)", 65_534, 65_534) == 0)
        }
        let failure = #expect(throws: CommandFailure.self) { try state.prepare() }
        #expect(failure?.message.contains("another user (number 65534)") == true, "\(String(describing: failure))")
        #expect(failure?.message.contains("chown -R") == true)
    }

    @Test func `a cache that is open to others is closed, and its objects stay as they are`() throws {
        let base = try TemporaryFolder()
        let folder = "\(base.path)/git"
        mkdir(folder, 0o777)
        chmod(folder, 0o777)
        try base.write("x", to: "git/objects", mode: 0o644)
        let cache = PrivateDirectory(path: folder, role: .cache)
        let line = try #require(try cache.prepare())
        #expect(line.contains("mode 0777") && line.contains("0700"), "\(line)")
        let attributes = try FileManager.default.attributesOfItem(atPath: folder)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        let objects = try FileManager.default.attributesOfItem(atPath: "\(folder)/objects")
        #expect(objects[.posixPermissions] as? Int == 0o644)
        #expect(try cache.prepare() == nil)
    }

    @Test func `a cache that is a file, or a folder that all share, is refused with the key to change`() throws {
        let base = try TemporaryFolder()
        try base.write("x", to: "file")
        let file = PrivateDirectory(path: "\(base.path)/file", role: .cache)
        let noFolder = #expect(throws: CommandFailure.self) { try file.prepare() }
        #expect(noFolder?.message.hasPrefix("the cache folder ") == true, "\(String(describing: noFolder))")
        mkdir("\(base.path)/shared", 0o777)
        chmod("\(base.path)/shared", 0o1777)
        let shared = PrivateDirectory(path: "\(base.path)/shared", role: .cache)
        let failure = #expect(throws: CommandFailure.self) { try shared.prepare() }
        #expect(failure?.message.hasPrefix("the cache of Git objects cannot be used: ") == true)
        #expect(failure?.message.contains("git.cache.path") == true, "\(String(describing: failure))")
    }

    @Test(.enabled(if: geteuid() == 0))
    func `a cache that belongs to another user is refused with what to do`() throws {
        let base = try TemporaryFolder()
        let folder = "\(base.path)/git"
        mkdir(folder, 0o700)
        #expect(chown(folder, 65_534, 65_534) == 0)
        let failure = #expect(throws: CommandFailure.self) {
            try PrivateDirectory(path: folder, role: .cache).prepare()
        }
        #expect(failure?.message.contains("another user (number 65534)") == true, "\(String(describing: failure))")
    }
}
