import Testing

@testable import HoistwayStore

struct SharedValuesTests {
    @Test func `each value is made once, and found by its bytes`() {
        var values = SharedValues<String>()
        var made = 0
        for _ in 0..<3 {
            for number in 0..<1000 {
                // Also empty ones, and ones that are the beginning of another.
                let key = String(repeating: "x", count: number)
                let value = Array(key.utf8).withUnsafeBytes { bytes in
                    values.value(bytes) { bytes in
                        made += 1
                        return "\(bytes.count)"
                    }
                }
                #expect(value == "\(number)")
            }
        }
        #expect(made == 1000)
    }

    @Test func `a value that cannot be made is not kept`() {
        struct Refused: Error {}
        var values = SharedValues<Int>()
        Array("a".utf8).withUnsafeBytes { bytes in
            #expect(throws: Refused.self) { try values.value(bytes) { _ in throw Refused() } }
            #expect(values.value(bytes) { _ in 1 } == 1)
        }
    }
}
