import HoistwayModel
import Testing

@testable import HoistwayCommands

struct ShownTimeTests {
    private static let now = Timestamp(seconds: 1_795_257_660)

    @Test(arguments: [
        (0, "now"), (-1, "1 s ago"), (-59, "59 s ago"), (-60, "1 m ago"), (-3 * 3600 - 5, "3 h ago"),
        (-2 * 86_400, "2 d ago"), (90, "in 1 m"),
    ])
    func `a time is shown in UTC, with how long ago that is`(distance: Int, age: String) {
        let moment = Self.now + .seconds(distance)
        #expect(moment.shown(at: Self.now) == "\(moment.rfc3339) (\(age))")
    }

    @Test func `what is to come and has come already is due, and not a time that is past`() {
        for distance in [0, -1, -3600] {
            #expect((Self.now + .seconds(distance)).shownAhead(at: Self.now) == "due now")
        }
        let ahead = Self.now + .seconds(90)
        #expect(ahead.shownAhead(at: Self.now) == ahead.shown(at: Self.now))
    }
}
