import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// How a run of steps goes: order, failures, pushes, retries.
struct StepRunTests {
    private static let kustomization = "images:\n- name: reg.test/shop/checkout\n  newTag: 1.4.2 # ours\n"

    private func bench(_ files: [String: String] = ["prod/kustomization.yaml": kustomization]) async throws -> Bench {
        let bench = Bench()
        try await bench.remote.seed(files: files)
        return bench
    }

    @Test func `an image is set by tag and digest, committed and pushed`() async throws {
        let bench = try await bench()
        var run = bench.run(Bench.commitKustomization())
        #expect(run.isFresh)
        let event = try await bench.finish(&run)
        let head = try #require(bench.remote.head("main"))
        #expect(event.phase == .succeeded)
        #expect(event.message == "pushed main at \(head.short)")
        #expect(run.records.map(\.status) == [.succeeded, .succeeded, .succeeded, .succeeded])
        #expect(
            try await bench.remote.files(branch: "main")?["prod/kustomization.yaml"]
                == "images:\n- name: reg.test/shop/checkout\n  newTag: 1.4.3 # ours\n  digest: \(Bench.digest)\n"
        )
        #expect(
            run.imageChanges == [
                ImageChange(
                    file: "prod/kustomization.yaml",
                    name: "reg.test/shop/checkout",
                    oldTag: "1.4.2",
                    newTag: "1.4.3",
                    oldDigest: nil,
                    newDigest: Bench.digest,
                    mount: "w"
                )
            ]
        )
        #expect(run.outputs["step-4"]?["commit"] == .string(head.hex))
        #expect(run.outputs["step-4"]?["branch"] == "main")
        #expect(
            run.outputs["step-2"]?["commitMessage"]
                == .string("Updated ./w/prod to use new image\n\n- reg.test/shop/checkout:1.4.3@\(Bench.digest)")
        )
        #expect(!run.isFresh)
    }

    @Test func `a second promotion of the same freight changes nothing and says so`() async throws {
        let bench = try await bench()
        var first = bench.run(Bench.commitKustomization())
        _ = try await bench.finish(&first)
        var second = bench.run(Bench.commitKustomization())
        let event = try await bench.finish(&second)
        #expect(event.phase == .succeeded)
        #expect(event.message == "nothing changed in Git")
        #expect(second.records.map(\.status) == [.succeeded, .succeeded, .skipped, .succeeded])
        #expect(second.outputs["step-3"]?["commit"] == .string(try #require(bench.remote.head("main")).hex))
        #expect(bench.remote.pushes == 1)
    }

    @Test func `a push is asked for until it is answered`() async throws {
        let bench = try await bench()
        var run = bench.run(Bench.commitKustomization())
        guard case .pushNeeded(let first) = await run.next(), case .pushNeeded(let second) = await run.next() else {
            Issue.record("no push was asked for")
            return
        }
        #expect(first.alias == "step-4")
        #expect(first.targetBranch == "main")
        #expect(first.subject == "checkout 1.4.2 → 1.4.3 to prod")
        #expect(first.outgoing.commits == second.outgoing.commits)
        #expect(run.records[3].status == .running)
    }

    @Test func `a push that is refused fails the promotion with the server's words`() async throws {
        let bench = try await bench()
        bench.remote.refuse(branch: "main", words: "protected branch hook declined")
        var run = bench.run(Bench.commitKustomization() + Bench.steps([("argocd-update", ["apps": []])]))
        let event = try await bench.finish(&run)
        #expect(event.phase == .failed)
        #expect(event.message == "step-4: protected branch hook declined")
        #expect(run.records.last?.status == .skipped)
        #expect(run.records.last?.startedAt == nil)
    }

    @Test func `a failure of the outside keeps the promotion running`() async throws {
        let bench = try await bench()
        bench.remote.fail(
            .unreachable(url: Bench.url, detail: "connection refused"),
            .limited(url: Bench.url, after: .seconds(7))
        )
        var run = bench.run(Bench.commitKustomization())
        guard case .retryLater(let message, .backoff) = await run.next() else {
            Issue.record("no retry")
            return
        }
        #expect(message == "step-1: https://git.test/ops.git did not answer: connection refused")
        #expect(run.records[0].status == .running)
        #expect(run.records[0].errorCount == 1)
        var again = bench.run(Bench.commitKustomization())
        guard case .retryLater(_, .after(.seconds(7))) = await again.next() else {
            Issue.record("the pause that the server named is lost")
            return
        }
        var third = bench.run(Bench.commitKustomization())
        #expect(try await bench.finish(&third).phase == .succeeded)
    }

    @Test func `a time limit ends what keeps failing, counted from its first start`() async throws {
        var bench = try await bench()
        bench.clock = FixedClock(moment: Timestamp(seconds: 1000))
        bench.records = [
            StepRecord(
                alias: "step-1",
                uses: "git-clone",
                status: .running,
                startedAt: Timestamp(seconds: 600),
                errorCount: 4
            )
        ]
        bench.remote.fail(.unreachable(url: Bench.url, detail: "gone"))
        var steps = Bench.commitKustomization()
        steps[0].timeout = .seconds(300)
        var run = bench.run(steps)
        let event = await run.next()
        #expect(event.phase == .errored)
        #expect(event.message.contains("time limit"))
        #expect(run.records[0].errorCount == 5)
        #expect(run.records[0].startedAt == Timestamp(seconds: 600))
        #expect(run.records[0].finishedAt == Timestamp(seconds: 1000))
    }

    @Test func `an error is repeated as often as the step allows`() async throws {
        var bench = try await bench(["prod/kustomization.yaml": "- not a mapping\n"])
        var steps = Bench.commitKustomization()
        steps[1].errorThreshold = 2
        var run = bench.run(steps)
        guard case .retryLater = await run.next() else {
            Issue.record("not repeated")
            return
        }
        bench.records = run.records
        var again = bench.run(steps)
        let event = await again.next()
        #expect(event.phase == .errored)
        #expect(
            event.message
                == "step-2: prod/kustomization.yaml:1: the document is not a mapping (a kustomization begins with apiVersion, kind and resources)"
        )
        #expect(again.records.map(\.status) == [.succeeded, .errored, .skipped, .skipped])
    }

    @Test func `a step that may fail does not count`() async throws {
        let bench = try await bench()
        var steps = Bench.steps([("git-clear", ["path": "./nowhere"])]) + Bench.commitKustomization()
        for index in steps.indices { steps[index].alias = "step-\(index + 1)" }
        steps[0].continueOnError = true
        var run = bench.run(steps)
        #expect(try await bench.finish(&run).phase == .succeeded)
        #expect(run.records[0].status == .errored)
        #expect(
            run.records[0].message
                == "./nowhere is not below any checkout of this promotion (check it out with git-clone first)"
        )
    }

    @Test func `a step that nobody knows is an error, one that needs a cluster is skipped`() async throws {
        let bench = try await bench()
        var unknown = bench.run(Bench.steps([("git-clne", .null)]))
        #expect(await unknown.next().message == "step-1: the step git-clne is not registered")
        var cluster = bench.run(Bench.steps([("argocd-update", ["apps": []])]))
        let event = await cluster.next()
        #expect(event.phase == .succeeded)
        #expect(cluster.records[0].status == .skipped)
        #expect(cluster.records[0].message == "no cluster is configured")
    }

    @Test func `the names that run are those of the catalogue`() {
        #expect(Set(StepRegistry.names).isSubset(of: StepCatalogue.names + StepCatalogue.removed.keys))
    }
}
