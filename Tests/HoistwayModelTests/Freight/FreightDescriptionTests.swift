import HoistwayModel
import Testing

struct FreightDescriptionTests {
    @Test func `freight is told in one line`() throws {
        let commit = try #require(ObjectID("0123456789abcdef0123456789abcdef01234567"))
        let artifacts: [Artifact] = [
            .image(
                ImageArtifact(repoURL: "registry.example.com:5000/shop/checkout", tag: "1.4.3", digest: "sha256:00")
            ),
            .commit(CommitArtifact(repoURL: "git@github.com:acme/deploy.git", id: commit)),
            .commit(CommitArtifact(repoURL: "https://github.com/acme/env", id: commit, tag: "v2")),
            .chart(ChartArtifact(repoURL: "oci://ghcr.io/acme/charts/web", name: "", version: "0.1.0")),
        ]
        #expect(FreightDescription.text(of: artifacts) == "checkout 1.4.3, deploy 0123456, env v2, web 0.1.0")
        #expect(FreightDescription.text(of: [Artifact]()) == "nothing")
    }
}
