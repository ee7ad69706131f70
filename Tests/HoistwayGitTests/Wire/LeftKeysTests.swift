import Foundation
import HoistwayCrypto
import HoistwayModel
import HoistwayTestServers
import Testing

@testable import HoistwayGit

/// S12: private keys that a killed process has left.
struct LeftKeysTests {
    @Test func `keys that nobody holds are removed, and all else stays`() throws {
        let parent = try TemporaryFolder()
        let later = time(nil) + 3600
        func make(_ name: String, key: String? = "key") throws {
            try FileManager.default.createDirectory(atPath: "\(parent.path)/\(name)", withIntermediateDirectories: true)
            if let key { try parent.write("secret", to: "\(name)/\(key)") }
        }
        try make("hoistway-key-old1")
        try make("hoistway-key-empty", key: nil)
        try make("hoistway-key-other", key: "somebody-elses")
        try make("hoistway-git-x")
        try parent.write("x", to: "hoistway-key-file")
        try FileManager.default.createSymbolicLink(
            atPath: "\(parent.path)/hoistway-key-link",
            withDestinationPath: "hoistway-git-x"
        )
        let used = PrivateKeyFile(Secret("in use"), folder: parent.path)
        let path = try used.path()
        #expect(LeftKeys.remove(in: parent.path) == 0, "what was made a moment ago may not be locked yet")
        #expect(LeftKeys.remove(in: parent.path, now: later) == 2)
        let left = try FileManager.default.contentsOfDirectory(atPath: parent.path).filter { !path.contains($0) }
        #expect(left.sorted() == ["hoistway-git-x", "hoistway-key-file", "hoistway-key-link", "hoistway-key-other"])
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "in use\n")
        #expect(try String(contentsOfFile: "\(parent.path)/hoistway-git-x/key", encoding: .utf8) == "secret")
        used.remove()
        #expect(access(path, F_OK) != 0)
        #expect(LeftKeys.remove(in: "\(parent.path)/nowhere", now: later) == 0)
    }
}
