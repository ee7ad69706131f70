import HoistwayCrypto
import HoistwayEdits
import Testing

/// Against digests that Helm's own repository holds.
struct ChartLockTests {
    private typealias Dependency = ChartDependencies.Dependency

    private static func digest(_ chart: String, _ locked: [Dependency]) throws -> String {
        let requirements = try ChartLock.requirements(of: Array(chart.utf8))
        return ChartLock.digest(requirements, locked) { SHA256.hex($0) }
    }

    // internal/resolver/resolver_test.go
    @Test func `the digest of a plain dependency is Helm's`() throws {
        let alpine = Dependency(name: "alpine", repository: "http://localhost:8879/charts", version: "0.1.0")
        let chart = "dependencies: [{name: alpine, repository: 'http://localhost:8879/charts', version: 0.1.0}]\n"
        #expect(
            try Self.digest(chart, [alpine])
                == "sha256:fb239e836325c5fa14b29d1540a13b7d3ba13151b67fe719f820e0ef6d66aaaf"
        )
    }

    // pkg/chart/v2/util/testdata/import-values-from-enabled-subchart/parent-chart
    @Test func `conditions, tags and values that are imported enter the digest, and signs are escaped as in Go`() throws
    {
        let chart = ["dev", "prod"].map { name in
            """
              - name: \(name)
                repository: "file://envs/\(name)"
                version: ">= 0.0.1"
                condition: \(name).enabled,global.\(name).enabled
                tags:
                  - \(name)
                import-values:
                  - data

            """
        }.joined()
        let locked = ["dev", "prod"].map { Dependency(name: $0, repository: "file://envs/\($0)", version: "v0.1.0") }
        #expect(
            try Self.digest("dependencies:\n" + chart, locked)
                == "sha256:9403fc24f6cf9d6055820126cf7633b4bd1fed3c77e4880c674059f536346182"
        )
    }

    @Test func `a lock is written as Helm writes it, quoted where a reader would take a number`() throws {
        let text = ChartLock.text(
            [Dependency(name: "a", repository: "", version: "1.10")],
            digest: "sha256:ab"
        )
        #expect(
            text == """
                dependencies:
                - name: a
                  repository: ""
                  version: "1.10"
                digest: sha256:ab
                generated: "0001-01-01T00:00:00Z"

                """
        )
        #expect(try ChartLock.digest(in: Array(text.utf8)) == "sha256:ab")
        #expect(try ChartDependencies(of: Array(text.utf8)).list.map(\.version) == ["1.10"])
    }
}
