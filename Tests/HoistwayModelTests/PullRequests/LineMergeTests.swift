import Testing

@testable import HoistwayModel

/// What a host makes of a file that both sides of a merge have changed.
struct LineMergeTests {
    private static func merged(_ base: String, _ ours: String, _ theirs: String) -> String? {
        LineMerge.merged(base: Array(base.utf8), ours: Array(ours.utf8), theirs: Array(theirs.utf8))
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private static let base = "test:\n  tag: v1\nprod:\n  tag: v1\n"
    private static let proposed = "test:\n  tag: v2\nprod:\n  tag: v1\n"

    @Test func `an edit lands where it was made, among equal lines elsewhere`() {
        let commented = "# read me\n" + Self.base
        #expect(Self.merged(Self.base, commented, Self.proposed) == "# read me\n" + Self.proposed)
        // The same lines go and come, at another place: that is another edit.
        let other = "# read me\ntest:\n  tag: v1\nprod:\n  tag: v2\n"
        #expect(Self.merged(Self.base, commented, Self.proposed) != other)
    }

    @Test func `edits of both sides are kept, also in lines that stand one below the other`() {
        #expect(Self.merged("a: 1\nb: 1\n", "a: 1\nb: 7\n", "a: 2\nb: 1\n") == "a: 2\nb: 7\n")
        #expect(Self.merged("a\nb\nc\nd\n", "a\nc\nd\n", "a\nb\nc\nd\ne\n") == "a\nc\nd\ne\n")
        #expect(Self.merged("a\n", "b\n", "b\n") == "b\n")
        #expect(Self.merged("", "", "a") == "a")
        #expect(Self.merged("a\nb\nc", "", "a\nb\nc") == "")
        #expect(Self.merged("a\r\nb\r\n", "a\r\nb\r\nc", "x\r\nb\r\n") == "x\r\nb\r\nc")
    }

    @Test func `nothing is made of edits in conflict, or of more than are compared`() {
        #expect(Self.merged("a: 1\n", "a: 2\n", "a: 3\n") == nil)
        #expect(Self.merged("a\n", "a\nx\n", "a\ny\nz\n") == nil)
        let many = (0...LineMerge.maxEdits).map { "\($0)\n" }.joined()
        #expect(Self.merged("", many, "") == nil)
    }

    @Test func `whatever one side alone does is what comes out`() {
        var generator = Numbers(state: 7)
        for _ in 0..<300 {
            let base = Self.text(&generator)
            let other = Self.text(&generator)
            #expect(Self.merged(base, base, other) == other)
            #expect(Self.merged(base, other, base) == other)
            #expect(Self.merged(base, other, other) == other)
        }
    }

    private static func text(_ generator: inout Numbers) -> String {
        (0..<Int(generator.next() % 9)).map { _ in "\(generator.next() % 4)" }.joined(separator: "\n")
    }

    /// The same numbers each time.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
    }
}
