import HoistwayEdits
import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

struct HelmUpdateChartStepTests {
    private static let chart = """
        apiVersion: v2
        name: umbrella # ours
        version: 0.1.0
        dependencies:
          - name: api
            version: 1.0.0   # set by hoistway
            repository: oci://reg.test/charts
          - {name: web, version: ^1.2.0, repository: "https://charts.test/stable"}

        """

    private static let api: [ConfigValue] = [
        ["repository": "oci://reg.test/charts", "name": "api", "version": "1.1.0"]
    ]

    private static func bench(
        _ files: [String: String] = [:],
        on kind: FileBench.Kind = .plain,
        charts: InMemoryCharts = published()
    ) async throws -> FileBench {
        var bench = try await FileBench(["chart/Chart.yaml": chart].merging(files) { _, own in own }, on: kind)
        bench.bench.charts = charts
        bench.bench.freight = Bench.freight([
            .chart(ChartArtifact(repoURL: "oci://reg.test/charts/api", name: "", version: "1.2.0")),
            .chart(ChartArtifact(repoURL: "https://charts.test/stable", name: "web", version: "1.4.0")),
        ])
        return bench
    }

    private static func published() -> InMemoryCharts {
        let charts = InMemoryCharts()
        charts.publish("oci://reg.test/charts/api", "", ["1.0.0", "1.1.0", "1.2.0"])
        charts.publish("https://charts.test/stable", "web", ["2.0.0", "1.3.0", "1.4.0", "1.10.0-rc.1", "bad"])
        return charts
    }

    private static func config(_ charts: [ConfigValue] = api) -> ConfigValue {
        charts.isEmpty ? ["path": "./w/chart"] : ["path": "./w/chart", "charts": .list(charts)]
    }

    @Test(arguments: FileBench.Kind.allCases)
    func `a version is set byte for byte, the others are resolved by their ranges, and all are fetched`(
        _ kind: FileBench.Kind
    ) async throws {
        let bench = try await Self.bench(
            ["chart/charts/api-1.0.0.tgz": "old", "chart/charts/notes.txt": "mine"],
            on: kind
        )
        let result = try await bench.run(
            ("helm-update-chart", Self.config()),
            ("git-commit", ["path": "w"]),
            ("git-push", ["path": "w"])
        )
        #expect(result.phase == .succeeded, "\(result.message)")
        let files = try #require(try await bench.pushed())
        #expect(files["chart/Chart.yaml"] == Self.chart.replacing("version: 1.0.0 ", with: "version: 1.1.0 "))
        #expect(
            files.keys.sorted() == [
                "chart/Chart.lock", "chart/Chart.yaml", "chart/charts/api-1.1.0.tgz", "chart/charts/notes.txt",
                "chart/charts/web-1.4.0.tgz",
            ]
        )
        #expect(
            files["chart/Chart.lock"]
                == """
                dependencies:
                - name: api
                  repository: oci://reg.test/charts
                  version: 1.1.0
                - name: web
                  repository: https://charts.test/stable
                  version: 1.4.0
                digest: sha256:83b3a9d5e7c3a5b0b2d0a4e2c1f0
                generated: "0001-01-01T00:00:00Z"

                """.replacing("sha256:83b3a9d5e7c3a5b0b2d0a4e2c1f0", with: Self.digest(in: files["chart/Chart.lock"]))
        )
        #expect(
            result.run.outputs["step-2"]?["commitMessage"]
                == "Updated chart dependencies for ./w/chart\n\n- api: 1.1.0\n- web: 1.4.0"
        )
    }

    private static func digest(in lock: String?) -> String {
        let line = lock?.split(separator: "\n").first { $0.hasPrefix("digest: ") }
        return line.map { String($0.dropFirst("digest: ".count)) } ?? ""
    }

    @Test func `only hosts that somebody has named may have any address`() async throws {
        let charts = Self.published()
        var bench = try await Self.bench(charts: charts)
        bench.bench.subscriptions = [
            .chart(
                ChartSubscription(
                    repoURL: "oci://reg.test/charts/other",
                    name: "",
                    semverConstraint: nil,
                    place: Bench.place
                )
            )
        ]
        #expect(try await bench.run(("helm-update-chart", Self.config())).phase == .succeeded)
        #expect(
            charts.asked == [
                "list https://charts.test/stable web guarded", "fetch oci://reg.test/charts/api 1.1.0",
                "fetch https://charts.test/stable web 1.4.0 guarded",
            ]
        )
    }

    @Test(arguments: ["/../../../evil", "1.0.0/../../../../evil", "1.0.0\n"])
    func `a version that an index lists and no chart has writes no file anywhere`(version: String) async throws {
        let charts = Self.published()
        charts.publish("https://charts.test/stable", "web", [version])
        let quoted = version.replacing("\n", with: "\\n")
        let chart = Self.chart.replacing("version: ^1.2.0", with: "version: \"\(quoted)\"")
        let bench = try await Self.bench(["chart/Chart.yaml": chart], charts: charts)
        let result = try await bench.run(("helm-update-chart", Self.config()))
        #expect(result.phase == .errored)
        #expect(result.message.contains("is no version that web can have"), "\(result.message)")
        #expect(!charts.asked.contains { $0.hasPrefix("fetch") })
        #expect(try await bench.files() == ["chart/Chart.yaml": chart])
    }

    @Test func `what is there already is not fetched, and nothing is said`() async throws {
        let bench = try await Self.bench()
        let first = try await bench.run(
            ("helm-update-chart", Self.config()),
            ("git-commit", ["path": "w"]),
            ("git-push", ["path": "w"])
        )
        #expect(first.phase == .succeeded)
        let charts = Self.published()
        var files = try #require(try await bench.pushed())
        // As Helm has written it: another time alone is no reason for a commit.
        files["chart/Chart.lock"]?.replace("0001-01-01T00:00:00Z", with: "2026-11-29T12:00:00.5+01:00")
        let again = try await Self.bench(files, charts: charts)
        let result = try await again.run(("helm-update-chart", Self.config()))
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(result.commitMessage == nil)
        #expect(charts.asked == ["list https://charts.test/stable web guarded"])
        #expect(try await again.files() == files)
    }

    @Test func `without a list the ranges alone are resolved`() async throws {
        let bench = try await Self.bench([
            "chart/Chart.lock": "dependencies:\n- {name: api, version: 0.9.0}\n- {name: gone, version: 1.0.0}\n"
        ])
        let result = try await bench.run(("helm-update-chart", Self.config([])))
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(try await bench.file("chart/Chart.yaml") == Self.chart)
        #expect(
            result.commitMessage
                == "Updated chart dependencies for ./w/chart\n\n- api: 0.9.0 -> 1.0.0\n- gone: removed\n- web: 1.4.0"
        )
    }

    @Test func `a chart without a version has the freight's, as in Kargo 0_9 to 1_2`() async throws {
        let bench = try await Self.bench()
        let items: [ConfigValue] = [
            ["repository": "oci://reg.test/charts", "name": "api"],
            [
                "repository": "https://charts.test/stable", "name": "web",
                "fromOrigin": ["kind": "Warehouse", "name": "shop"],
            ],
        ]
        let result = try await bench.run(("helm-update-chart", Self.config(items)))
        #expect(result.phase == .succeeded, "\(result.message)")
        let text = try #require(try await bench.file("chart/Chart.yaml"))
        #expect(text.contains("version: 1.2.0   # set by hoistway"))
        #expect(text.contains("version: 1.4.0,"))
        let other = try await Self.bench()
        let wrong: ConfigValue = ["repository": "oci://reg.test/charts", "name": "db"]
        #expect(
            try await other.run(("helm-update-chart", Self.config([wrong]))).message.contains("carries no chart db")
        )
    }

    @Test func `charts of the workspace are locked with their version and lie in charts as they are`() async throws {
        let chart = """
            name: umbrella
            dependencies:
            - {name: lib, version: ">=1.0.0", repository: "file://../lib"}
            - {name: own, version: "1.x", repository: ""}

            """
        let files = [
            "chart/Chart.yaml": chart, "lib/Chart.yaml": "name: lib\nversion: 1.5.0\n", "lib/values.yaml": "a: 1\n",
            "chart/charts/own/Chart.yaml": "name: own\nversion: 1.0.0\n",
        ]
        let bench = try await Self.bench(files)
        let result = try await bench.run(("helm-update-chart", Self.config([])))
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(try await bench.file("chart/charts/lib/values.yaml") == "a: 1\n")
        #expect(result.commitMessage?.hasSuffix("- lib: 1.5.0\n- own: 1.x") == true)
    }

    @Test(arguments: [
        ("version: ^1.2.0", "version: ^9.0.0", "has no version of web that '^9.0.0' admits"),
        ("version: ^1.2.0", "version: what?", "is no range"),
        ("name: web", "name: ../../x", "a name that no chart can have"),
        ("https://charts.test/stable", "http://charts.test/stable", "plain http"),
        ("https://charts.test/stable", "@stable", "which is no URL"),
        ("https://charts.test/stable", "https://u:hunter2@charts.test", "holds a login"),
        ("https://charts.test/stable", "file:///etc", "leads out of the workspace"),
        ("https://charts.test/stable", "file://../../../x", "leads out of the workspace"),
        ("https://charts.test/stable", "file://../none", "is not at w/none"),
        ("name: api", "name: db", "the chart has no dependency with the name"),
        ("dependencies:", "dependencies: [", "Chart.yaml"),
    ])
    func `what cannot be fetched soundly is refused, and nothing is written`(
        _ old: String,
        _ new: String,
        _ reason: String
    ) async throws {
        let chart = Self.chart.replacing(old, with: new)
        let bench = try await Self.bench(["chart/Chart.yaml": chart])
        let result = try await bench.run(("helm-update-chart", Self.config()))
        #expect(result.phase != .succeeded)
        #expect(result.message.contains(reason), "\(result.message)")
        #expect(!result.message.contains("hunter2"))
        #expect(try await bench.files() == ["chart/Chart.yaml": chart])
    }

    @Test func `a chart that came without a digest is told as such`() async throws {
        let charts = Self.published()
        charts.giveNoDigests()
        let result = try await Self.bench(charts: charts).run(("helm-update-chart", Self.config()))
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(
            result.run.warnings == [
                "web 1.4.0 of https://charts.test/stable was taken as it came: its index.yaml gives no digest to verify "
                    + "it with"
            ]
        )
    }

    @Test(arguments: [401, 403])
    func `a login that is refused is not tried for ever`(_ status: Int) async throws {
        let failure = ChartFailure(.refused(host: "charts.test", status: status, detail: "it wants a login"))
        #expect(StepFailure.charts(failure).retry == .few)
        #expect(StepFailure.artifacts(.registry(failure.cause)).retry == .few)
        let garbage = ChartFailure(.malformed(host: "charts.test", detail: "another digest"))
        #expect(StepFailure.charts(garbage).retry == .limitedBackoff)
        let inside = ChartFailure(.notAllowed(host: "charts.test", detail: "was not asked", hint: nil))
        #expect(StepFailure.charts(inside).retry == .never)
    }

    @Test func `a repository that does not answer is an error of the outside`() async throws {
        let charts = Self.published()
        charts.fail(ChartFailure(.limited(host: "charts.test", after: .seconds(60), detail: "")))
        let bench = try await Self.bench(charts: charts)
        let result = try await bench.run(("helm-update-chart", Self.config()))
        #expect(result.phase != .succeeded)
        #expect(result.message.contains("chart repository charts.test limits the rate of requests"))
    }
}

struct ChartResolutionTests {
    private static let listing = ChartListing(
        entries: [
            .init(version: "2.0.0", urls: ["u"]), .init(version: "1.3.0"), .init(version: "1.2.0", urls: ["u"]),
            .init(version: "1.9.0", standing: .removed, urls: ["u"]),
            .init(version: "1.2.5", standing: .deprecated, urls: ["u"]),
        ]
    )

    @Test(
        arguments: [
            ("^1.0.0", true, "1.2.5"), ("^1.0.0", false, "1.3.0"), ("", true, "2.0.0"), ("1.2.0", true, "1.2.0"),
            ("3.x", true, nil), ("1.3.0", true, nil),
        ] as [(String, Bool, String?)]
    )
    func `the highest that the range admits is meant, deprecated or not`(
        _ range: String,
        _ needsURL: Bool,
        _ version: String?
    ) throws {
        #expect(try ChartResolution.version(range, among: Self.listing, needsURL: needsURL) == version)
    }
}
