import Foundation
import HoistwayTestServers
import Testing

/// Pipelines that fetch, unpack, read and update files, end to end.
struct FileSequenceTests {
    /// `web/Chart.yaml`, `web/values.yaml` and `web/README.md`, with gzip.
    private static let archive =
        "H4sIAAAAAAACA+3VsQ7CIBCAYWafgidor3iRpJvRji6+wVVJNAE10Nr49qKLsUsnWLhvgbAwkP+YTF/vLuSH6kXOiiQg2iB+12i+AjTqt/+cN4AIQoLIYAwD+Xi9KNONnGnlZPqVYAWKL18/yY4mpBsAy/3jvH8N3H8W3jzs9UShlYonQKH9H7vt/tBV7pzojsX+Yf3fP2itFfef5f+/c/aMMVaiN67jxicAEAAA"
    private static let digest = "sha256:df815589f41b01700278eec46467622611a1876751ef302daa26a07f103be544"

    @Test func `a chart is downloaded and unpacked, and a TOML file names the version`() async throws {
        let archive = Array(try #require(Data(base64Encoded: Self.archive)))
        let desk = try ScriptedServer { _ in
            [ScriptedServer.http("200 OK", type: "application/gzip", archive)]
        }
        defer { desk.stop() }
        let file = "# of the app\n[image]\ntag = \"1.0.0\" # set by promotions\n"
        let rig = try await RuleRig.pipelines(
            warehouses: ["api"],
            more: ["http: {privateHosts: [127.0.0.1]}"],
            files: { _ in ["app.toml": file] }
        ) { url, source in
            [
                Manifest.pipeline(
                    of: ["api"],
                    vars: ["repo": url, "img": source.image("api")],
                    steps: #"""
                        - {uses: git-clone, config: {repoURL: "${{ vars.repo }}", checkout: [{branch: main, path: ./src}]}}
                        - {uses: http-download, as: get, config: {url: "http://127.0.0.1:\#(desk.port)/web.tgz", outPath: ./web.tgz, checksum: "\#(Self.digest)"}}
                        - {uses: untar, config: {inPath: ./web.tgz, outPath: ./src/chart, stripComponents: 1, ignore: "*.md"}}
                        - {uses: toml-update, config: {path: ./src/app.toml, updates: [{key: image.tag, value: "${{ quote(imageFrom(vars.img).Tag) }}"}]}}
                        - {uses: toml-parse, as: now, config: {path: ./src/app.toml, outputs: [{name: tag, fromExpression: image.tag}]}}
                        - {uses: tar, config: {inPath: ./src/chart, outPath: ./src/chart.tar}}
                        - {uses: git-commit, config: {path: ./src, message: "${{ outputs.now.tag }} with ${{ outputs.get.digest }}"}}
                        - {uses: git-push, config: {path: ./src}}
                        """#
                )
            ]
        }
        try await rig.run {
            let promotion = try await rig.push("1.10.0", of: "api")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(try await rig.text("app.toml", on: "main") == file.replacing("\"1.0.0\"", with: "'1.10.0'"))
            #expect(try await rig.text("chart/values.yaml", on: "main") == "replicas: 2\n")
            let files = try await rig.repository.git("ls-tree", "-r", "--name-only", "main")
            #expect(
                Set(files.split(separator: "\n").map(String.init)).isSuperset(of: ["chart/Chart.yaml", "chart.tar"])
            )
            #expect(!files.contains("README.md"), "\(files)")
            #expect(try await rig.message(on: "main").hasPrefix("1.10.0 with \(Self.digest)\n"))
            // The lane took what was fetched beside it.
            #expect(desk.received.count == 1)
        }
    }

    /// Pushes minor versions, puts a major one on a branch of its own, and refuses a lower major one.
    private static func gate(from tag: String) async throws -> RuleRig {
        try await RuleRig.pipelines(
            warehouses: ["api"],
            files: { _ in ["values.yaml": "image:\n  tag: \(tag) # now\n"] }
        ) { url, source in
            [
                Manifest.pipeline(
                    of: ["api"],
                    vars: ["img": source.image("api"), "repo": url],
                    steps: #"""
                        - {uses: git-clone, config: {repoURL: "${{ vars.repo }}", checkout: [{branch: main, path: ./c}]}}
                        - {uses: yaml-parse, as: cur, config: {path: ./c/values.yaml, outputs: [{name: tag, fromExpression: "string(image.tag)"}]}}
                        - uses: fail
                          if: ${{ semverParse(imageFrom(vars.img).Tag).Major() < semverParse(outputs.cur.tag).Major() }}
                          config: {message: "refusing ${{ outputs.cur.tag }} -> ${{ imageFrom(vars.img).Tag }}"}
                        - {uses: yaml-update, config: {path: ./c/values.yaml, updates: [{key: image.tag, value: "${{ quote(imageFrom(vars.img).Tag) }}"}]}}
                        - {uses: git-commit, config: {path: ./c, message: "api ${{ imageFrom(vars.img).Tag }}"}}
                        - {uses: git-push, as: direct, if: "${{ success() && semverDiff(imageFrom(vars.img).Tag, outputs.cur.tag) != 'Major' }}", config: {path: ./c}}
                        - {uses: git-push, as: side, if: "${{ success() && status('direct') == 'Skipped' }}", config: {path: ./c, generateTargetBranch: true}}
                        """#
                )
            ]
        }
    }

    @Test func `a version gate pushes minor versions, and puts a major one on a branch of its own`() async throws {
        let rig = try await Self.gate(from: "1.2.3")
        try await rig.run {
            let minor = try await rig.push("1.3.0", of: "api")
            #expect(minor.phase == "Succeeded", "\(minor.message)")
            #expect(try await rig.text("values.yaml", on: "main") == "image:\n  tag: 1.3.0 # now\n")
            let main = try await rig.head("main")
            let major = try await rig.push("2.0.0", of: "api")
            #expect(major.phase == "Succeeded", "\(major.message)")
            #expect(try await rig.head("main") == main)
            let branch = "kargo/promotion/\(major.id)"
            #expect(try await rig.text("values.yaml", on: branch) == "image:\n  tag: 2.0.0 # now\n")
        }
    }

    @Test func `a version gate refuses a lower major version, and nothing is pushed`() async throws {
        let rig = try await Self.gate(from: "2.0.0")
        try await rig.run {
            let main = try await rig.head("main")
            let lower = try await rig.push("1.9.0", of: "api")
            #expect(lower.phase == "Failed", "\(lower.message)")
            #expect(lower.message.contains("refusing 2.0.0 -> 1.9.0"), "\(lower.message)")
            #expect(try await rig.head("main") == main)
        }
    }
}
