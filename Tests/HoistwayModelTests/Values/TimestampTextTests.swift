import HoistwayModel
import Testing

struct TimestampTextTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (951_782_400_000_000, "2000-02-29T00:00:00Z"),
        (1_795_257_660_250_000, "2026-11-21T10:41:00.25Z"), (-1, "1969-12-31T23:59:59.999999Z"),
        (4_102_444_799_000_001, "2099-12-31T23:59:59.000001Z"),
    ])
    func `a moment is written in UTC and read back`(_ microseconds: Int64, _ text: String) {
        let stamp = Timestamp(microseconds: microseconds)
        #expect(stamp.rfc3339 == text)
        #expect(Timestamp(rfc3339: text) == stamp)
    }

    @Test func `every day from 1900 to 2100 is read back as it was written`() {
        for day in Int64(-25_567)...47_846 {
            let stamp = Timestamp(seconds: day * 86_400 + 3_661)
            #expect(Timestamp(rfc3339: stamp.rfc3339) == stamp)
        }
    }

    @Test func `offsets are taken into account and decimals cut after microseconds`() {
        #expect(Timestamp(rfc3339: "2026-11-21T12:41:00+02:00")?.rfc3339 == "2026-11-21T10:41:00Z")
        #expect(Timestamp(rfc3339: "2026-11-21 05:11:00.1234567-05:30")?.rfc3339 == "2026-11-21T10:41:00.123456Z")
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T10:41:00", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-21T24:00:00Z",
        "2026-11-21T10:41:00.Z", "2026-11-21T10:41:00Z ", "2026-11-21T10:41:00+2:00", "+026-11-21T10:41:00Z",
    ])
    func `what is not RFC 3339 is not read`(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }
}
