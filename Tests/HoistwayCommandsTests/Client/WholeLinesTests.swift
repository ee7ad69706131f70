import Testing

@testable import HoistwayCommands

struct WholeLinesTests {
    @Test func `a letter that is split between two parts is one letter`() {
        let bytes = Array("data: Grüße\nid: 2".utf8)
        for cut in bytes.indices {
            var lines = WholeLines()
            let parts = [lines.add(bytes[..<cut]), lines.add(bytes[cut...]), lines.end]
            #expect(parts.compactMap(\.self).joined() == "data: Grüße\nid: 2")
        }
    }

    @Test func `a line without an end is given in pieces`() {
        var lines = WholeLines()
        var count = 0
        for _ in 0..<40 { count += lines.add(Array(repeating: UInt8(ascii: "x"), count: 65_536))?.utf8.count ?? 0 }
        #expect(count >= 1 << 20)
        #expect(count + (lines.end?.utf8.count ?? 0) == 40 * 65_536)
    }
}
