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
}
