import HoistwayModel
import Testing

struct TolerantTimestampTests {
    @Test(
        arguments: [
            ("2026-01-01T00:00:00Z", 1_767_225_600_000_000),
            ("2026-01-01T02:00:00+02:00", 1_767_225_600_000_000),
            ("2025-12-31T16:00:00.402973972-08:00", 1_767_225_600_402_973),
            ("2026-01-01T00:00:00.123Z", 1_767_225_600_123_000),
            ("2026-01-01T00:00:00.1234567Z", 1_767_225_600_123_456),
            ("2026-01-01T03:00:00+0300", 1_767_225_600_000_000),
            ("2026-01-01T00:00:00.664+0000", 1_767_225_600_664_000),
            ("2026-01-01 00:00:00 UTC", 1_767_225_600_000_000),
            ("2026-01-01 02:00:00 +0200", 1_767_225_600_000_000),
            ("2026-01-01T00:00:00", 1_767_225_600_000_000),
            ("2026-01-01 00:00:00", 1_767_225_600_000_000),
        ] as [(String, Int64)]
    )
    func `the spellings of all senders are read`(text: String, microseconds: Int64) {
        #expect(Timestamp(tolerant: text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00", "yesterday", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
        "2026-01-01", "2026-01-01T00:00:00 CET", "2026-01-01T00:00:00Zx", "1767225600",
    ])
    func `what is no time is nil`(_ text: String) {
        #expect(Timestamp(tolerant: text) == nil)
    }

    @Test func `seconds as a number are read`() {
        #expect(Timestamp(unixSeconds: 1_417_566_161)?.seconds == 1_417_566_161)
        #expect(Timestamp(unixSeconds: 0) == nil)
        #expect(Timestamp(unixSeconds: .nan) == nil)
        #expect(Timestamp(unixSeconds: 1e300) == nil)
    }
}
