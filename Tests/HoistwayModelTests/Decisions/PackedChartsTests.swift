import Testing

@testable import HoistwayModel

struct PackedChartsTests {
    private static func deletions(_ deleted: [GitPath], _ changed: [GitPath]) -> [GitPath] {
        PackedCharts.deletions(deleted, besides: changed)
    }

    @Test func `another version of a packed chart in its place is no deletion`() {
        #expect(Self.deletions(["a/charts/web-1.0.0.tgz"], ["a/charts/web-1.1.0-rc.1+b.tgz"]) == [])
        #expect(Self.deletions(["charts/my-api-2-v1.0.0.tgz"], ["charts/my-api-2-v1.1.0.tgz"]) == [])
    }

    @Test(
        arguments: [
            ("a/charts/web-1.0.0.tgz", "b/charts/web-1.1.0.tgz"), ("a/charts/web-1.0.0.tgz", "a/charts/api-1.1.0.tgz"),
            ("a/files/web-1.0.0.tgz", "a/files/web-1.1.0.tgz"), ("a/charts/web.tgz", "a/charts/web-1.1.0.tgz"),
            ("a/charts/web-1.0.0.tgz", "a/charts/web.tgz"), ("charts/Chart.yaml", "charts/web-1.0.0.tgz"),
        ] as [(GitPath, GitPath)]
    )
    func `everything else that goes is one`(_ deleted: GitPath, _ changed: GitPath) {
        #expect(Self.deletions([deleted], [changed]) == [deleted])
    }
}
