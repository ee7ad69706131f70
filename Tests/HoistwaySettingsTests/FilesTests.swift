import Foundation
import Testing

@testable import HoistwaySettings

struct FilesTests {
    @Test(arguments: [0, 1, 4095, 4096, 4097, 70_000])
    func `A file is read whole up to the limit, and refused one byte above it`(_ size: Int) throws {
        let sandbox = try Sandbox(["a": ""])
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        try sandbox.write(bytes, to: "a")
        #expect(try Files.read("\(sandbox.folder)/a", limit: size) == bytes)
        #expect(try Files.read("\(sandbox.folder)/a", limit: 4 << 20) == bytes)
        guard size > 0 else { return }
        #expect(throws: Files.Failure.tooLarge(limit: size - 1)) {
            try Files.read("\(sandbox.folder)/a", limit: size - 1)
        }
    }

    @Test func `A file that tells no size is read to its end`() throws {
        let file = "/proc/self/maps"
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int == 0)
        let bytes = try Files.read(file, limit: 4 << 20)
        #expect(bytes.last == UInt8(ascii: "\n") && bytes.count > 4096)
    }

    @Test func `A folder is no file`() throws {
        #expect(throws: Files.Failure.notAFile) { try Files.read("/proc/self", limit: 10) }
    }
}
