import HoistwayModel
import Testing

@testable import HoistwaySettings

struct QuantityTests {
    @Test(arguments: [
        ("5m0s", Duration.seconds(300)), ("1h30m", .seconds(5400)), ("250ms", .milliseconds(250)), ("0", .zero),
        ("1.5h", .seconds(5400)), ("7d", .seconds(604_800)),
    ])
    func `a duration is read as Go reads it`(_ text: String, _ expected: Duration) {
        #expect(GoDuration.parse(text) == expected)
    }

    @Test(arguments: ["", "5", "m", "-5m", "5 m", "5x", "1h-3m", "99999999999h"])
    func `what is no duration is refused`(_ text: String) {
        #expect(GoDuration.parse(text) == nil)
    }

    @Test func `a number of bytes takes a unit`() {
        #expect(ByteCount.parse("5242880") == 5_242_880)
        #expect(ByteCount.parse("64 MiB") == 67_108_864)
        #expect(ByteCount.parse("1GiB") == 1_073_741_824)
        #expect(ByteCount.parse("1 GB") == nil)
        #expect(ByteCount.parse("99999999999999 GiB") == nil)
    }

    @Test func `a near word is offered and a far one is not`() {
        #expect(Spelling.nearest(to: "recievers", among: ["receivers", "listen"]) == "receivers")
        #expect(Spelling.nearest(to: "zebra", among: ["receivers", "listen"]) == nil)
    }
}
