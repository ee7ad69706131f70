import HoistwayModel
import Testing

struct SlicePaceTests {
    /// Sizes of the slices that follow those that took so long.
    private static func sizes(_ times: [Duration], most: Int = 200) -> [Int] {
        var pace = SlicePace(most: most)
        return times.map { took in
            pace.note(took)
            return pace.size
        }
    }

    @Test func `a slice that took more than ten milliseconds halves the next, down to one row`() {
        #expect(Self.sizes([.milliseconds(11), .milliseconds(40), .seconds(1)]) == [100, 50, 25])
        #expect(Self.sizes(Array(repeating: .seconds(1), count: 9)).last == 1)
    }

    @Test func `quick slices grow again, to the most and no further`() {
        let slow = Array(repeating: Duration.milliseconds(30), count: 3)
        let quick = Array(repeating: Duration.milliseconds(1), count: 4)
        #expect(Self.sizes(slow + quick) == [100, 50, 25, 50, 100, 200, 200])
    }

    @Test func `a slice that takes about what it may stays as it is`() {
        #expect(Self.sizes([.milliseconds(10), .milliseconds(3)]) == [200, 200])
    }
}
