import HoistwayModel
import Testing

/// I2: pauses that servers ask for.
struct RetryAfterTests {
    @Test(
        arguments: [
            ("0", 0), ("7", 7), (" 7 ", 7), ("3600", 3600), ("3601", 3600), ("99999999999999999999999", 3600),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 37), ("Sunday, 06-Nov-94 08:49:37 GMT", 37),
            ("Sun Nov  6 08:49:37 1994", 37),
            ("Sun, 06 Nov 1994 08:48:00 GMT", 0), ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
        ] as [(String, Int64)]
    )
    func `seconds and all forms of a date are read, and bounded`(_ text: String, _ seconds: Int64) throws {
        let now = try #require(Timestamp(rfc3339: "1994-11-06T08:49:00Z"))
        #expect(RetryAfter.pause(text, now: now) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "-1", "+1", "1.5", "soon", "1e3", "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT",
    ])
    func `what is neither is no pause`(_ text: String) {
        #expect(RetryAfter.pause(text, now: Timestamp(seconds: 0)) == nil)
    }
}
