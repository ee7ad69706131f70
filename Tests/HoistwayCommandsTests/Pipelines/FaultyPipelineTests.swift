import HoistwayTestServers
import Testing

/// A pipeline that cannot do what it says fails by itself, says why, and changes nothing.
struct FaultyPipelineTests {
    struct Fault: Sendable {
        var stage: String
        var phase = "Errored"
        var words: String
        /// Between git-clone and the push.
        var steps: String
        /// What git-push gets.
        var push = "path: ./repo"
    }

    private static let parse = """
        - uses: yaml-parse
          as: parse
          config:
            path: ./repo/values.yaml
            outputs: [{name: nothing, fromExpression: absent}, {name: image, fromExpression: image}]

        """

    private static func update(_ key: String, _ value: String) -> String {
        "- uses: yaml-update\n  config: {path: ./repo/values.yaml, updates: [{key: \(key), value: \"\(value)\"}]}"
    }

    private static func faults(desk: Int) -> [Fault] {
        [
            Fault(stage: "index", words: "list.7", steps: update("list.7.tag", "x")),
            Fault(stage: "absent", words: "image.colour", steps: update("image.colour", "red")),
            Fault(
                stage: "nothing",
                phase: "Failed",
                words: "config.updates[0].value: value is null",
                steps: parse + update("image.tag", "${{ outputs.parse.nothing }}")
            ),
            Fault(
                stage: "object",
                phase: "Failed",
                words: "config.updates[0].value: expected text, a number, or true or false, found a mapping",
                steps: parse + update("image.tag", "${{ outputs.parse.image }}")
            ),
            Fault(
                stage: "outside",
                words: "nothing changed below ./repo/other, but elsewhere in its checkout (values.yaml)",
                steps: update("image.tag", "${{ ctx.targetFreight.name }}")
                    + "\n- {uses: git-commit, config: {path: ./repo/other, message: m}}"
            ),
            Fault(
                stage: "loop",
                words: "memory budget exceeded",
                steps: update("image.tag", "${{ sum(1..1000000, sum(1..1000000, #)) }}")
            ),
            Fault(
                stage: "text",
                words: "memory budget exceeded",
                steps: update("image.tag", "${{ repeat(ctx.promotion, 100000000) }}")
            ),
            Fault(
                stage: "large",
                words: "the text becomes too long",
                steps: "- uses: compose-output\n  config:\n"
                    + (0..<300).map { "    o\($0): '${{ repeat(ctx.stage, 180000) }}'\n" }.joined()
            ),
            Fault(
                stage: "outputs",
                phase: "Failed",
                words: "its outputs have more than 1 MiB",
                steps: "- uses: yaml-parse\n  config:\n    path: ./repo/values.yaml\n    outputs:\n"
                    + (0..<300).map { "    - {name: o\($0), fromExpression: 'repeat(image.tag, 180000)'}\n" }.joined()
            ),
            Fault(
                stage: "answer",
                words: "the Content-Type of the answer is JSON, but its body is not",
                steps: "- {uses: http, config: {url: 'http://127.0.0.1:\(desk)/'}}"
            ),
            Fault(
                stage: "detached",
                words: "shows a tag or a commit, not a branch, and cannot be pushed without a target",
                steps: """
                    - uses: git-clone
                      config:
                        repoURL: ${{ vars.repo }}
                        checkout: [{commit: "${{ outputs['step-1'].commits['./repo'] }}", path: ./detached}]
                    """,
                push: "path: ./detached"
            ),
        ]
    }

    private static let values = "image: {tag: 1.0.0}\nlist: [{tag: 1.0.0}]\n"

    @Test func `a faulty pipeline fails alone, with its reason, and pushes nothing`() async throws {
        let desk = try ScriptedServer { _ in
            [ScriptedServer.http("200 OK", type: "application/json", Array("<html>down for maintenance".utf8))]
        }
        defer { desk.stop() }
        let faults = Self.faults(desk: desk.port)
        let rig = try await RuleRig.pipelines(
            more: ["http: {privateHosts: [127.0.0.1]}"],
            files: { _ in ["values.yaml": Self.values, "other/a.yaml": "a: 1\n", "good.yaml": "tag: 1.0.0\n"] }
        ) { url, source in
            let clone = "- {uses: git-clone, config: {repoURL: '\(url)', checkout: [{branch: main, path: ./repo}]}}\n"
            let image = source.image("app")
            let good = Manifest.valuesSteps(url, file: "good.yaml", key: "tag", image: image)
            return [Manifest.pipeline("good", steps: good)]
                + faults.map { fault in
                    let end = "\n- {uses: git-push, config: {\(fault.push)}}"
                    return Manifest.pipeline(fault.stage, vars: ["repo": url], steps: clone + fault.steps + end)
                }
        }
        try await rig.run {
            let start = try #require(try await rig.head("main"))
            #expect(try await rig.push("1.1.0", to: "good").phase == "Succeeded")
            for fault in faults {
                let promotion = try await rig.served.lastPromotion(of: fault.stage)
                #expect(promotion.phase == fault.phase, "\(fault.stage): \(promotion.message)")
                #expect(promotion.message.contains(fault.words), "\(fault.stage): \(promotion.message)")
                #expect(promotion.branches.isEmpty, "\(fault.stage)")
            }
            #expect(try await rig.difference(from: start, after: "echo 'tag: 1.1.0' >src/good.yaml") == "")
            #expect(try await rig.commits() == 2)
        }
    }
}
