import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// How the steps of a promotion come by their configuration, and which of them run.
struct StepEvaluationTests {
    private static let kustomization = "images:\n- name: reg.test/shop/checkout\n  newTag: 1.4.2 # ours\n"

    private static func clone(_ branch: String = "main") -> ConfigValue {
        ["repoURL": .string(Bench.url), "checkout": [["branch": .string(branch), "path": "./w"]]]
    }

    private func bench() async throws -> Bench {
        let bench = Bench()
        try await bench.remote.seed(files: ["prod/kustomization.yaml": Self.kustomization])
        return bench
    }

    private func step(
        _ uses: String,
        _ alias: String,
        _ config: ConfigValue,
        if condition: String? = nil,
        vars: [PipelineVariable] = [],
        continueOnError: Bool = false
    ) -> StepTemplate {
        StepTemplate(
            uses: uses,
            alias: alias,
            config: config,
            condition: condition,
            variables: vars,
            continueOnError: continueOnError,
            place: SourcePlace(file: "stages.yaml", line: 1)
        )
    }

    @Test func `vars, freight and outputs are seen by each step`() async throws {
        let bench = try await bench()
        var run = bench.run([
            step("git-clone", "clone", Self.clone("${{ vars.branch }}"), vars: [PipelineVariable("branch", "main")]),
            step(
                "kustomize-set-image",
                "update",
                [
                    "path": "./w/${{ ctx.stage }}",
                    "images": [
                        [
                            "image": "reg.test/shop/checkout",
                            "tag": "${{ quote(imageFrom('reg.test/shop/checkout').Tag) }}",
                        ]
                    ],
                ]
            ),
            step(
                "git-commit",
                "commit",
                ["path": "./w", "message": "${{ outputs.update.commitMessage }} to ${{ ctx.project }}"]
            ),
            step("git-push", "push", ["path": "./w"]),
        ])
        let event = try await bench.finish(&run)
        #expect(event.phase == .succeeded, "\(event.message)")
        #expect(try await bench.remote.files(branch: "main")?["prod/kustomization.yaml"]?.contains("1.4.3") ?? false)
        let commit = run.results.first { $0.alias == "commit" }
        #expect(commit?.config?["message"]?.string?.hasSuffix("checkout:1.4.3 to demo") ?? false)
        #expect(run.evaluated.first?.config["checkout"]?.list?.first?["branch"] == "main")
    }

    @Test func `a tag stays a text on its way through outputs, and a number stays a number`() async throws {
        var bench = try await bench()
        bench.freight = Bench.freight([Bench.image("reg.test/shop/checkout", "1.10")])
        var run = bench.run([
            step(
                "compose-output",
                "made",
                [
                    "tag": "${{ imageFrom('reg.test/shop/checkout').Tag }}", "number": "${{ 1.5 }}",
                    "list": ["${{ imageFrom('reg.test/shop/checkout').Tag }}"],
                ]
            ),
            step(
                "compose-output",
                "read",
                [
                    "tag": "${{ outputs.made.tag }}", "number": "${{ outputs.made.number }}",
                    "item": "${{ outputs.made.list[0] }}", "other": "${{ '1.20' }}",
                ]
            ),
        ])
        #expect(await run.next().phase == .succeeded)
        #expect(
            run.outputs["read"]
                == ["tag": "1.10", "number": .number(1.5), "item": "1.10", "other": .number(1.2)]
        )
    }

    @Test(
        arguments: [
            ("${{ true }}", StepRecord.Status.succeeded), ("${{ false }}", .skipped), ("true", .errored),
            ("${{ 1 }}", .errored), ("${{ status('clone') == 'Succeeded' }}", .succeeded),
            ("${{ failure() }}", .skipped), ("${{ nosuch.x }}", .errored),
        ]
    )
    func `a step runs as its if says`(condition: String, status: StepRecord.Status) async throws {
        var bench = try await bench()
        bench.clock = FixedClock(moment: Timestamp(seconds: 9))
        var run = bench.run([
            step("git-clone", "clone", Self.clone()),
            step("git-clear", "clear", ["path": "./w"], if: condition),
        ])
        _ = try await bench.finish(&run)
        #expect(run.records[1].status == status, "\(run.records[1].message)")
        #expect((run.records[1].startedAt == nil) == (status != .succeeded))
    }

    @Test func `after a failure, steps with an if of their own may still run`() async throws {
        let bench = try await bench()
        var run = bench.run([
            step("git-clone", "clone", Self.clone("nosuch")),
            step("git-clone", "again", Self.clone()),
            step("git-clone", "rescue", Self.clone(), if: "${{ failure() }}"),
            step("git-clear", "always", ["path": "./w"], if: "${{ always() }}"),
        ])
        let event = try await bench.finish(&run)
        #expect(run.records.map(\.status) == [.errored, .skipped, .succeeded, .succeeded])
        #expect(event.phase == .errored)
        #expect(event.message.hasPrefix("clone: "))
    }

    @Test func `a failure that is to be passed over counts for nothing`() async throws {
        let bench = try await bench()
        var run = bench.run([
            step("git-clone", "clone", Self.clone("nosuch"), continueOnError: true),
            step("git-clone", "again", Self.clone()),
        ])
        _ = try await bench.finish(&run)
        #expect(run.records.map(\.status) == [.errored, .succeeded])
    }

    @Test func `an expression that cannot be evaluated ends its step, with the expression`() async throws {
        let bench = try await bench()
        var run = bench.run([step("git-clone", "clone", Self.clone("${{ outputs.none.branch }}"))])
        let event = try await bench.finish(&run)
        #expect(event.phase == .errored)
        #expect(event.message.contains("config.checkout[0].branch"), "\(event.message)")
        #expect(event.message.contains("outputs.none.branch"), "\(event.message)")
    }

    @Test func `what an expression gives is judged by the step's schema`() async throws {
        let bench = try await bench()
        var run = bench.run([step("git-clone", "clone", Self.clone("${{ 1 + 1 }}"))])
        let event = try await bench.finish(&run)
        #expect(event.phase == .failed)
        #expect(event.message.contains("config.checkout[0].branch: expected text"), "\(event.message)")
    }

    @Test func `inside a task, outputs are those of the same task`() async throws {
        let bench = try await bench()
        var run = bench.run([
            step("git-clone", "deploy::clone", Self.clone()),
            step(
                "git-clear",
                "deploy::clear",
                ["path": "./w"],
                if: "${{ len(task.outputs.clone.commits['./w']) == 40 && status('clone') == 'Succeeded' }}"
            ),
        ])
        _ = try await bench.finish(&run)
        #expect(run.records[1].status == .succeeded, "\(run.records[1].message)")
    }
}
