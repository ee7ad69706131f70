import HoistwayModel
import Testing

struct ArtifactTests {
    @Test func `an artifact is named by a tag or a digest, and a chart by its scheme`() throws {
        let digest = "sha256:" + String(repeating: "a", count: 64)
        let tagged = try #require(ArtifactReference("nginx"))
        #expect(tagged.text == "docker.io/library/nginx:latest")
        #expect(tagged.repoURL == "docker.io/library/nginx")
        let exact = try #require(ArtifactReference("Reg.test/a:1@\(digest)"))
        #expect(exact.text == "reg.test/a@\(digest)")
        #expect(exact.tag == nil && !exact.isChart)
        let chart = try #require(ArtifactReference("oci://reg.test/charts/api:1.2.3"))
        #expect(chart.isChart && chart.repoURL == "oci://reg.test/charts/api" && chart.reference == "1.2.3")
        #expect(ArtifactReference("reg.test/a b:1") == nil)
    }

    @Test(
        arguments: [
            ("reg.test/a:1", nil, nil), ("reg.test/a", nil, "has no tag"),
            ("reg.test/a@sha256:" + String(repeating: "b", count: 64), nil, "has a digest"),
            ("reg.test/a:b c", "is not the name", "is not the name"), ("", "is not the name", "is not the name"),
        ] as [(String, String?, String?)]
    )
    func `a name that cannot be is told`(_ text: String, _ problem: String?, _ ofTarget: String?) {
        #expect(
            ArtifactReference.problem(with: text, mustHaveTag: false)?.contains(problem ?? "-") ?? false
                == (problem != nil)
        )
        #expect(
            ArtifactReference.problem(with: text, mustHaveTag: true)?.contains(ofTarget ?? "-") ?? false
                == (ofTarget != nil)
        )
    }

    @Test(
        arguments: [
            ("a", "a", true, true, .isThere), ("a", "a", true, false, .isThere), ("a", nil, false, false, .write),
            ("a", "b", false, true, .write), ("a", "b", true, false, .write), ("a", nil, true, true, .write),
            ("a", "b", true, true, .unclear),
        ] as [(String, String?, Bool, Bool, ArtifactPush)]
    )
    func `an artifact is written unless an earlier try may have done so`(
        _ wanted: String,
        _ tagged: String?,
        _ isKept: Bool,
        _ wasBegun: Bool,
        _ decision: ArtifactPush
    ) {
        #expect(ArtifactPush(wanted: wanted, tagged: tagged, isKept: isKept, wasBegun: wasBegun) == decision)
    }
}
