import HoistwayModel
import Testing

struct SearchTextTests {
    private static let commit = ObjectID("0123456789abcdef0123456789abcdef01234567") ?? .zero

    private static let freight = Freight(
        id: FreightID("fedcba9876543210fedcba9876543210fedcba98"),
        alias: "brisk-otter",
        origin: WarehouseKey(project: "shop", name: "app"),
        artifacts: [
            .image(ImageArtifact(repoURL: "ghcr.io/acme/app", tag: "1.2.3", digest: "sha256:abcd1234")),
            .commit(CommitArtifact(repoURL: "https://git.example.com/ops", id: commit, tag: "v7")),
            .chart(ChartArtifact(repoURL: "oci://ghcr.io/acme/chart", name: "", version: "4.5.6")),
        ],
        discoveredAt: Timestamp(seconds: 1)
    )

    @Test(arguments: [
        ("1.2.3", SearchText.Field.tag, true), ("1.2", .tag, false), ("v7", .tag, true),
        ("0123456789abcdef0123456789abcdef01234567", .commit, true), ("0123456", .commit, false),
        ("0123456789ABCDEF", .commit, false), ("sha256:abcd1234", .digest, true), ("abcd", .digest, false),
        ("4.5.6", .version, true), ("brisk-otter", .alias, true), ("brisk", .alias, false),
        ("fedcba9876543210fedcba9876543210fedcba98", .id, true), ("fedc", .id, false), (" v7 ", .tag, true),
    ])
    func `freight is found by whole names and by beginnings`(_ text: String, field: SearchText.Field, isWhole: Bool) {
        let found = SearchText(text).field(of: Self.freight)
        #expect(found?.field == field && found?.isWhole == isWhole, "\(String(describing: found))")
    }

    @Test(arguments: ["", "2.3", "abc", "fed", "otter", "sha256:", "9.9.9"])
    func `what is in the middle of a name, or too short a piece of an id, finds nothing`(_ text: String) {
        #expect(SearchText(text).field(of: Self.freight) == nil)
    }
}
