import HoistwayModel
import Testing

/// I11: what is removed by age is not removed by a clock that somebody sets.
struct SteadyTimeTests {
    @Test(
        arguments: [
            (0, 60, 0), (60, 60, 60), (61, 60, 60), (31_536_000, 60, 60), (-3600, 60, -3600), (59, 60, 59),
        ] as [(Int64, Int64, Int64)]
    )
    func `time never runs ahead of what has passed`(wall: Int64, elapsed: Int64, expected: Int64) {
        let start = Timestamp(seconds: 1_767_225_600)
        let steady = SteadyTime(now: start)
        let now = steady.now(wall: start + .seconds(wall), elapsed: .seconds(elapsed))
        #expect(now == start + .seconds(expected))
    }
}
