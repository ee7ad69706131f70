import HoistwayCrypto
import HoistwayModel
import Testing

@testable import HoistwayCommands

/// The mark by which a delivery is decided again although it is known.
struct ReplayMarkTests {
    private static let secret = Secret("a-secret-of-twenty-bytes")
    private static let body = Array("{}".utf8)
    private static let now = Timestamp(seconds: 1_800_000_000)

    private func isValid(_ lines: [HeaderLine], now: Timestamp = now) -> Bool {
        ReplayMark.isValid(headers: lines, body: Self.body, secrets: [Self.secret], now: now)
    }

    @Test func `a mark is good for some minutes, and for its body and secret only`() throws {
        let mark = try ReplayMark.make(body: Self.body, secret: Self.secret, now: Self.now)
        #expect(isValid([mark]))
        #expect(isValid([mark], now: Self.now + .seconds(ReplayMark.tolerance)))
        #expect(!isValid([mark], now: Self.now + .seconds(ReplayMark.tolerance + 1)))
        #expect(!isValid([mark, mark]))
        #expect(!isValid([try ReplayMark.make(body: [], secret: Self.secret, now: Self.now)]))
        #expect(!isValid([try ReplayMark.make(body: Self.body, secret: Secret("another"), now: Self.now)]))
    }

    @Test(arguments: ["-9223372036854775808.00", "9223372036854775807.00", "99999999999999999999.00", ".", "1.zz", ""])
    func `a header that is no mark is none, however far off its time is`(_ value: String) {
        #expect(!isValid([HeaderLine(ReplayMark.header, value)]))
    }
}
