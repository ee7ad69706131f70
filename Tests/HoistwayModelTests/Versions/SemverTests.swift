import HoistwayModel
import Testing

struct SemverTests {
    @Test(arguments: ["1.2.3", "v1.2.3", "0.0.0", "1.2.3-rc.1", "1.2.3-0a.-", "1.2.3+b.01", "18446744073709551615.0.0"])
    func `a full version is strict`(_ text: String) throws {
        let version = try #require(Semver(strict: text))
        #expect(version.original == text)
    }

    @Test(arguments: [
        "", "v", "1", "1.2", "vv1.2.3", "V1.2.3", "1.2.3.4", "01.2.3", "1.2.03", "1.2.3-", "1.2.3-01", "1.2.3-a..b",
        "1.2.3+", "1.2.3 ", " 1.2.3", "18446744073709551616.0.0", "1.2.3-ä", "1.2.x", "-1.2.3", "latest",
    ])
    func `what is not a full version is not strict`(_ text: String) {
        #expect(Semver(strict: text) == nil)
    }

    @Test func `loose reading fills in missing parts and passes over leading zeros`() throws {
        let version = try #require(Semver(loose: "v01.02-rc.1+x"))
        #expect((version.major, version.minor, version.patch) == (1, 2, 0))
        #expect(version.prerelease == ["rc", "1"])
        #expect(version.metadata == "x")
        #expect(Semver(loose: "7")?.major == 7)
        #expect(Semver(loose: "1.2.3.4") == nil)
        #expect(Semver(loose: "1.") == nil)
        #expect(Semver(loose: "1.2.3-01") == nil)
        #expect(Semver(loose: "main") == nil)
    }

    @Test func `versions stand in the order of the specification`() throws {
        let ordered = [
            "0.9.9", "1.0.0-0", "1.0.0-2", "1.0.0-10", "1.0.0-18446744073709551616", "1.0.0-alpha", "1.0.0-alpha.1",
            "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1",
            "1.1.0", "2.0.0", "10.0.0",
        ]
        let versions = try ordered.map { try #require(Semver(strict: $0)) }
        for left in versions.indices {
            for right in versions.indices {
                let expected: Semver.Precedence = left < right ? .lower : left == right ? .equal : .higher
                #expect(versions[left].precedence(against: versions[right]) == expected)
            }
        }
    }

    @Test func `build metadata and the way of writing have no say in the order`() throws {
        let plain = try #require(Semver(strict: "1.0.0"))
        let built = try #require(Semver(strict: "v1.0.0+42"))
        #expect(plain.precedence(against: built) == .equal)
        #expect(plain != built)
    }
}
