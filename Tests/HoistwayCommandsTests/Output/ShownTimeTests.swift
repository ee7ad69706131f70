import HoistwayModel
import Testing

@testable import HoistwayCommands

struct ShownTimeTests {
    private static let now = Timestamp(seconds: 1_795_257_660)

    @Test(arguments: [
        (0, "now"), (-1, "1s ago"), (-59, "59s ago"), (-60, "1m ago"), (-3 * 3600 - 5, "3h ago"),
        (-2 * 86_400, "2d ago"), (90, "in 1m"),
    ])
    func `a time is shown in UTC, with how long ago that is`(distance: Int, age: String) {
        let moment = Self.now + .seconds(distance)
        #expect(moment.shown(at: Self.now) == "\(moment.rfc3339) (\(age))")
    }

    @Test func `an age is one number and one letter, and never negative`() {
        for (distance, age) in [(0, "0s"), (42, "42s"), (125, "2m"), (7200, "2h"), (200_000, "2d"), (-5, "0s")] {
            #expect((Self.now + .seconds(-distance)).age(at: Self.now) == age)
        }
        #expect((Self.now + .seconds(60)).wait(at: Self.now) == "1m" && Self.now.wait(at: Self.now) == "now")
    }

    @Test func `what is to come and has come already is due, and not a time that is past`() {
        for distance in [0, -1, -3600] {
            #expect((Self.now + .seconds(distance)).shownAhead(at: Self.now) == "due now")
        }
        let ahead = Self.now + .seconds(90)
        #expect(ahead.shownAhead(at: Self.now) == ahead.shown(at: Self.now))
    }
}
