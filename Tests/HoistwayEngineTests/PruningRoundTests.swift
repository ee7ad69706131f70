import HoistwayModel
import Testing

@testable import HoistwayEngine

struct PruningRoundTests {
    private static func round(_ seconds: Int64, changes: UInt64) -> PruningService.Round {
        PruningService.Round(at: Timestamp(seconds: seconds), changes: changes)
    }

    @Test func `all is looked at after a change, and without one after six hours`() {
        #expect(Self.round(0, changes: 0).isDue(after: nil))
        #expect(Self.round(600, changes: 8).isDue(after: Self.round(0, changes: 7)))
        #expect(!Self.round(600, changes: 7).isDue(after: Self.round(0, changes: 7)))
        #expect(!Self.round(21_599, changes: 7).isDue(after: Self.round(0, changes: 7)))
        #expect(Self.round(21_600, changes: 7).isDue(after: Self.round(0, changes: 7)))
    }
}
