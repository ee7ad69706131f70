import HoistwayModel
import Testing

struct VersionTextTests {
    @Test(
        arguments: [
            ("1.2.2", "1.2.3", "1.2.3", "1.2.2"), ("v1.2.2", "v1.2.3", "1.2.3", "1.2.2"),
            ("1.2.2", "1.2.3", "v1.2.3", "v1.2.2"), ("rel-1.2.2", "rel-1.2.3", "v1.2.3", "v1.2.2"),
            ("app:1.2.2-slim", "app:1.2.3-slim", "1.2.3", "1.2.2"), ("10", "9", "9", "10"),
            ("1.3", "1.2", "1.2.0", "1.3.0"), ("main-7", "main-12", "main-12", "main-7"),
            ("same", "same", "1.2.3", "1.2.3"),
            ("", "1.2.3", "1.2.3", nil), ("latest", "v1.2.3", "1.2.3", nil), ("app:1", "other:1.2.3", "1.2.3", nil),
            ("x", "y", "1.2.3", nil), ("v", "v1", "1", nil),
        ] as [(String, String, String, String?)]
    )
    func `what stood there was written alike`(_ old: String, _ new: String, _ version: String, _ expected: String?) {
        #expect(VersionText.version(in: old, writtenAs: new, for: version) == expected)
    }

    @Test func `long texts are not compared`() {
        let long = String(repeating: "1", count: 600)
        #expect(VersionText.version(in: long + "2", writtenAs: long, for: "1") == nil)
    }
}
