import HoistwayModel
import Testing

@testable import HoistwayWeb

struct SignInTriesTests {
    private let start = Timestamp(seconds: 1_795_257_660)

    /// What each of these tries comes to, in their order.
    private func outcomes(_ asked: [(address: String, second: Int)], _ tries: inout SignInTries) -> [Bool] {
        asked.map { tries.allow($0.address, at: start + .seconds($0.second)) }
    }

    @Test func `an address has ten tries a minute`() {
        var tries = SignInTries()
        let first = outcomes((0..<10).map { ("192.0.2.1", $0) }, &tries)
        #expect(!first.contains(false))
        let later = outcomes(
            [("192.0.2.1", 10), ("192.0.2.2", 10), ("192.0.2.1", 59), ("192.0.2.1", 60), ("192.0.2.1", 60)],
            &tries
        )
        #expect(later == [false, true, false, true, false])
    }

    @Test func `addresses of one network of IPv6 share their tries`() {
        var tries = SignInTries()
        let first = outcomes((0..<10).map { ("2001:db8:1:2::\($0)", 0) }, &tries)
        #expect(!first.contains(false))
        let later = outcomes([("2001:db8:1:2:ffff::1", 0), ("2001:0DB8:1:2::99", 0), ("2001:db8:1:3::1", 0)], &tries)
        #expect(later == [false, false, true])
        #expect(SignInTries.key(of: "::1") == SignInTries.key(of: "0:0:0:0:0:0:0:1"))
    }

    @Test func `the table of addresses is bounded`() {
        var tries = SignInTries()
        _ = outcomes(Array(repeating: ("192.0.2.1", 0), count: 10), &tries)
        let others = (0..<SignInTries.maxAddresses).map { "10.\($0 / 65536).\($0 / 256 % 256).\($0 % 256)" }
        _ = outcomes(others.map { ($0, 1) }, &tries)
        // The oldest was forgotten.
        #expect(outcomes([("192.0.2.1", 2)], &tries) == [true])
    }

    @Test func `refused tries cannot flood the audit trail`() {
        var tries = SignInTries()
        let recorded = (0..<100).filter { _ in tries.record(at: start) }
        #expect(recorded.count == SignInTries.recordedPerMinute)
        let later = tries.record(at: start + .seconds(60))
        #expect(later)
    }

    @Test func `the code of a form fits its own cookie only`() throws {
        let code = try FormToken.of("cookie-a")
        #expect(FormToken.matches(code, secret: "cookie-a"))
        #expect(!FormToken.matches(code, secret: "cookie-b"))
        #expect(!FormToken.matches(nil, secret: "cookie-a"))
        #expect(!FormToken.matches("", secret: "cookie-a"))
        #expect(!code.contains("cookie"))
    }
}
