import Foundation
import HoistwayTestServers
import Testing

/// From a signed webhook to a branch that a program has rendered, on a real Git server.
///
/// What is expected is made by `kubectl` and `helm` themselves.
@Suite(.enabled(if: RenderRig.kubectl != nil, "kubectl is not here, nor named by HOISTWAY_TEST_KUBECTL"))
struct RenderedBranchTests {
    /// How the result is written.
    enum Form: String, CaseIterable, CustomTestStringConvertible {
        case file, kargo, kustomize

        var testDescription: String { rawValue }

        var step: String {
            let more =
                switch self {
                case .file: "outPath: ./out/all.yaml"
                case .kargo: "outPath: ./out"
                case .kustomize: "outPath: ./out, outputFormat: kustomize"
                }
            return "- {uses: kustomize-build, config: {path: ./src/overlays/dev, \(more)}}"
        }

        /// What the branch must hold, by path.
        func expected(in golden: TemporaryFolder) async throws -> [String: String] {
            let kubectl = try #require(RenderRig.kubectl)
            let all = try await TestProgram.check(kubectl, ["kustomize", "ordered"], in: golden.path).text
            switch self {
            case .file: return ["all.yaml": all]
            case .kargo:
                let names = ["deployment-web.yaml", "namespace-shop.yaml", "service-web.yaml"]
                let kinds = ["kind: Deployment", "kind: Namespace", "kind: Service"]
                var files: [String: String] = [:]
                for document in all.components(separatedBy: "---\n") {
                    let index = try #require(kinds.firstIndex { document.contains("\n\($0)\n") })
                    files[names[index]] = document
                }
                return files
            case .kustomize:
                try FileManager.default.createDirectory(
                    atPath: "\(golden.path)/made",
                    withIntermediateDirectories: true
                )
                try await TestProgram.check(kubectl, ["kustomize", "ordered", "-o", "made"], in: golden.path)
                var files: [String: String] = [:]
                for name in try FileManager.default.contentsOfDirectory(atPath: "\(golden.path)/made") {
                    files[name] = try String(contentsOfFile: "\(golden.path)/made/\(name)", encoding: .utf8)
                }
                return files
            }
        }
    }

    @Test(arguments: Form.allCases)
    func `An environment's branch has exactly what the program makes, and main stays as it is`(form: Form) async throws
    {
        let rig = try await RenderRig(render: [form.step])
        defer { rig.stop() }
        let main = try #require(try await rig.repository.id(of: "refs/heads/main"))
        try await rig.served.serving {
            let first = try await rig.promote("1.1.0")
            #expect(first.phase == "Succeeded", "\(first.message)")
            try await Self.compare(rig, form, "1.1.0")
            // A new branch begins with its first complete commit, which has no parent.
            #expect(try await rig.repository.git("rev-list", "--count", "env/dev") == "1")
            let message = try await rig.repository.git("log", "-1", "--format=%B", "env/dev")
            #expect(message.hasPrefix("Updated ./src/overlays/dev"), "\(message)")

            let again = try await rig.served.command("promote", "shop/dev", first.freight, "--wait")
            #expect(again.status == 0, "\(again.text)\(again.errors)")
            #expect(try await rig.repository.git("rev-list", "--count", "env/dev") == "1", "nothing changed")

            let second = try await rig.promote("1.2.0")
            #expect(second.phase == "Succeeded", "\(second.message)")
            try await Self.compare(rig, form, "1.2.0")
            #expect(try await rig.repository.git("rev-list", "--count", "env/dev") == "2")
        }
        #expect(try await rig.repository.id(of: "refs/heads/main") == main)
        #expect(Self.leftFolders(rig) == [])
        try await rig.repository.fsck()
    }

    @Test(arguments: [Form.file, .kargo])
    func `A branch that exists gets one commit more, and nothing of what it had stays`(form: Form) async throws {
        let rig = try await RenderRig(
            render: [form.step],
            options: "{stages: {dev: {limits: {deletedFiles: 2}}}}"
        )
        defer { rig.stop() }
        let before = try await rig.repository.commit(
            ["all.yaml": "old: 1\n", "service-web.yaml": "old: 1\n", "gone/stale.yaml": "stale: 1\n"],
            to: "env/dev",
            message: "By hand"
        )
        try await rig.served.serving {
            // What others have made there is written over when somebody has said so.
            let adopted = try await rig.served.command("adopt", "shop/dev")
            #expect(adopted.status == 0 && adopted.text.contains(before), "\(adopted.text)\(adopted.errors)")
            let promotion = try await rig.promote("1.1.0")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            try await Self.compare(rig, form, "1.1.0")
            #expect(try await rig.repository.git("rev-parse", "env/dev^") == before)
            // The step after the push has seen which commit it was.
            let commit = try await rig.repository.git("rev-parse", "env/dev")
            let shown = try await rig.served.command("get", "promotions", promotion.id)
            #expect(shown.text.contains("\"desiredRevision\":\"\(commit)\""), "\(shown.text)")
        }
    }

    private static func compare(_ rig: RenderRig, _ form: Form, _ tag: String) async throws {
        let golden = try rig.golden(tag: tag)
        defer { golden.remove() }
        let expected = try await form.expected(in: golden)
        #expect(expected.values.contains { $0.contains("/acme/app:\(tag)\n") })
        #expect(try await rig.files(on: "env/dev") == expected)
        guard case .file = form, let text = expected["all.yaml"] else { return }
        let order = text.matches(of: /(?m)^kind: (\w+)$/).map { String($0.1) }
        #expect(order == ["Deployment", "Service", "Namespace"], "the order of the input, not kustomize's own")
    }

    /// Private folders of programs that were not removed.
    private static func leftFolders(_ rig: RenderRig) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(rig.served.folder.path)/var/programs")) ?? []
    }

    @Test(
        .enabled(if: RenderRig.helm != nil, "helm is not named by HOISTWAY_TEST_HELM"),
        arguments: ["helm", "flat", "file"]
    )
    func `A chart is rendered as helm renders it`(layout: String) async throws {
        let helm = try #require(RenderRig.helm)
        let target = layout == "file" ? "outPath: ./out/all.yaml" : "outPath: ./out, outLayout: \(layout)"
        let rig = try await RenderRig(
            render: [
                "- uses: helm-template",
                "  config:",
                "    {path: ./src/chart, \(target), releaseName: shop-dev, valuesFiles: [./src/values/dev.yaml],",
                "     setValues: [{key: tag, value: '1.10'}], kubeVersion: 1.31.0}",
            ],
            programs: "{helm: \(helm)}"
        )
        defer { rig.stop() }
        try await rig.served.serving {
            let promotion = try await rig.promote("1.1.0")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
        }
        let golden = try rig.golden(tag: "1.1.0")
        defer { golden.remove() }
        let arguments = [
            "template", "shop-dev", "./chart", "--namespace=shop", "--values=values/dev.yaml", "--set=tag=1.10",
            "--kube-version=1.31.0",
        ]
        let files = try await rig.files(on: "env/dev")
        if layout == "helm" {
            try await TestProgram.check(helm, arguments + ["--output-dir=made"], in: golden.path)
            let names = ["web/templates/note.yaml", "web/templates/web.yaml"]
            #expect(files.keys.sorted() == names)
            for name in names {
                #expect(try String(contentsOfFile: "\(golden.path)/made/\(name)", encoding: .utf8) == files[name])
            }
            return
        }
        let all = try await TestProgram.check(helm, arguments, in: golden.path).text
        if layout == "file" {
            #expect(files == ["all.yaml": all])
        } else {
            #expect(files.keys.sorted() == ["apps-deployment-shop-shop-dev.yaml", "configmap-note.yaml"])
            for text in files.values { #expect(all.contains(text)) }
        }
    }

    @Test func `A dry run runs the program too, and tells the diff`() async throws {
        let rig = try await RenderRig(render: [Form.file.step])
        defer { rig.stop() }
        try await rig.served.serving {
            let payload = try Payload.package(rig.source.image("app"), tag: "1.1.0", secret: rig.source.secret)
            let body = "\(rig.scripts.path)/body.json"
            try Data(payload.body).write(to: URL(fileURLWithPath: body))
            try rig.scripts.write("X-GitHub-Event: package\nX-GitHub-Delivery: 1\n", to: "headers")
            let told = try await rig.served.command(
                "replay",
                "--dry-run",
                "--receiver",
                "ghcr",
                "--headers",
                "\(rig.scripts.path)/headers",
                body
            )
            #expect(told.status == 0, "\(told.text)\(told.errors)")
            #expect(told.text.contains("+kind: Namespace"), "\(told.text)\(told.errors)")
            #expect(try await rig.repository.id(of: "refs/heads/env/dev") == nil)
        }
    }
}
