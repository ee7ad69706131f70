import HoistwayModel
import Testing

struct NextLookTests {
    private static let cases: [([Retry], Duration)] = [
        ([], .seconds(300)),
        ([.never, .few], .seconds(300)),
        ([.backoff], .seconds(20)), ([.limitedBackoff], .seconds(20)), ([.few, .limitedBackoff], .seconds(20)),
        ([.after(.seconds(90)), .after(.seconds(40))], .seconds(90)),
        ([.after(.seconds(1))], .seconds(20)),
        ([.after(.seconds(90_000))], .seconds(3600)),
        // What was not asked is asked as soon as it may be, and not an interval later.
        ([.notSent(.seconds(60))], .seconds(60)),
        ([.notSent(.seconds(60)), .notSent(.seconds(70)), .few], .seconds(60)),
        ([.notSent(.seconds(60)), .backoff], .seconds(20)),
        ([.notSent(.seconds(9000))], .seconds(300)),
    ]

    @Test(arguments: cases)
    func `the pause before the next look follows from its failures`(_ failures: [Retry], _ pause: Duration) {
        #expect(NextLook.pause(after: failures, backoff: .seconds(20), interval: .seconds(300)) == pause)
    }

    @Test func `looks of one interval part from each other, and never come later`() {
        let pauses = (0..<2000).map { NextLook.spread(.seconds(300), random: $0) }
        #expect(pauses.min() == .seconds(300) - .seconds(30) * 0.999 && pauses.max() == .seconds(300))
        #expect(Set(pauses).count == 1000)
        #expect(NextLook.spread(.seconds(30), random: 999) == .seconds(30))
        #expect(NextLook.spread(.seconds(5), random: 999) == .seconds(5), "what is to come sooner comes as soon")
    }
}
