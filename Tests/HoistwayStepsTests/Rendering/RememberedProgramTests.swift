import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwaySteps

/// A program runs apart from the lane; within the lane its step takes what was made, and only of the same files.
struct RememberedProgramTests {
    private static let read: GitPath = "src/app/kustomization.yaml"

    /// Another workspace of the same repository, as each run of a promotion has one.
    private static func again(_ bench: ProgramBench, _ files: [String: String]? = nil) async throws -> StepContext {
        if let files { try await bench.remote.seed(files: files) }
        let workspace = InMemoryWorkspace()
        _ = try await workspace.mount(remote: bench.remote, source: .branch("main", create: false), at: "./src")
        _ = try await workspace.mount(remote: bench.remote, source: .branch("env/dev", create: true), at: "./out")
        var context = bench.context(nil)
        context.workspace = workspace
        context.isApart = false
        return context
    }

    private static func text(_ context: StepContext) async throws -> String? {
        try await context.workspace.read("out/a.yaml").map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `within the lane, what was made of the same files is taken and no program runs`() async throws {
        let bench = try await ProgramBench()
        let renderer = StubRenderer("out/a.yaml", "a: 1\n", reading: [Self.read])
        let before = try await bench.run(context: bench.context(renderer))
        var lane = try await Self.again(bench)
        lane.renderer = renderer
        let outcome = try await bench.run(context: lane)
        #expect(try await Self.text(lane) == "a: 1\n")
        #expect(outcome.message == before.message)
        #expect(renderer.requests.count == 1)
    }

    @Test func `a commit that changes other files changes nothing of it`() async throws {
        let bench = try await ProgramBench()
        let renderer = StubRenderer("out/a.yaml", "a: 1\n", reading: [Self.read])
        try await bench.run(context: bench.context(renderer))
        var files = ["app/kustomization.yaml": "resources: [web.yaml]\n"]
        files["other/kustomization.yaml"] = "resources: []\n"
        let lane = try await Self.again(bench, files)
        try await bench.run(context: lane)
        #expect(try await Self.text(lane) == "a: 1\n")
    }

    @Test func `where a file has changed that the program was given, the step is to be run apart again`() async throws {
        let bench = try await ProgramBench()
        let renderer = StubRenderer("out/a.yaml", "a: 1\n", reading: [Self.read])
        try await bench.run(context: bench.context(renderer))
        var lane = try await Self.again(bench, ["app/kustomization.yaml": "resources: [db.yaml]\n"])
        lane.renderer = renderer
        #expect(await bench.failure(context: lane) == .apart(step: "build"))
        #expect(try await Self.text(lane) == nil)
        lane.isApart = true
        renderer.answer(.success([ProgramFile("out/a.yaml", Array("a: 2\n".utf8))]))
        try await bench.run(context: lane)
        #expect(try await Self.text(lane) == "a: 2\n")
        #expect(renderer.requests.count == 2)
    }

    @Test func `another configuration is another question`() async throws {
        let bench = try await ProgramBench()
        let renderer = StubRenderer("out/a.yaml", "a: 1\n", reading: [Self.read])
        try await bench.run(context: bench.context(renderer))
        var lane = try await Self.again(bench)
        lane.renderer = renderer
        let config: ConfigValue = ["path": "./src/app", "outPath": "./out", "outputFormat": "kustomize"]
        #expect(await bench.failure("kustomize-build", config, lane) == .apart(step: "build"))
    }

    @Test func `a program that was never run is to be run apart`() async throws {
        let bench = try await ProgramBench()
        let renderer = StubRenderer("out/a.yaml", "a: 1\n")
        #expect(
            await bench.failure(context: bench.context(renderer, isApart: false)) == .apart(step: "build")
        )
        #expect(renderer.requests.isEmpty)
    }

    /// Else a step that always fails would be run apart for ever.
    @Test func `a failure is told within the lane once, and the next try runs the program again`() async throws {
        let bench = try await ProgramBench()
        let failure = RenderFailure.program(.exited(name: "kustomize", status: 1, words: "no such field"))
        let renderer = StubRenderer(.failure(failure), reading: [Self.read])
        #expect(await bench.failure(context: bench.context(renderer))?.message == failure.message)
        var lane = try await Self.again(bench)
        lane.renderer = renderer
        #expect(await bench.failure(context: lane)?.message == failure.message)
        #expect(await bench.failure(context: lane) == .apart(step: "build"))
        #expect(renderer.requests.count == 1)
        renderer.answer(.success([ProgramFile("out/a.yaml", Array("a: 1\n".utf8))]))
        try await bench.run(context: bench.context(renderer))
        try await bench.run(context: lane)
        #expect(try await Self.text(lane) == "a: 1\n")
    }

    private static func step(errorThreshold: Int = 1, continueOnError: Bool = false) -> StepTemplate {
        StepTemplate(
            uses: "kustomize-build",
            alias: "build",
            config: ["path": "./src/app", "outPath": "./out"],
            continueOnError: continueOnError,
            errorThreshold: errorThreshold,
            place: Bench.place
        )
    }

    @Test func `a failure that the step may repeat is not counted by the lane too`() async throws {
        let bench = try await ProgramBench()
        let renderer = StubRenderer(.failure(.tooMuch(reason: "too much")))
        var apart = StepRun(steps: [Self.step(errorThreshold: 2)], context: bench.context(renderer))
        guard case .retryLater = await apart.next() else {
            Issue.record("the step is not tried again")
            return
        }
        #expect(apart.records.first?.errorCount == 1)
        var lane = StepRun(steps: [Self.step(errorThreshold: 2)], context: bench.context(renderer, isApart: false))
        guard case .apartNeeded = await lane.next() else {
            Issue.record("the lane has an answer: \(lane.records)")
            return
        }
    }

    @Test func `the lane goes on after a step that may fail, and shows that it failed`() async throws {
        let bench = try await ProgramBench()
        let renderer = StubRenderer(.failure(.tooMuch(reason: "too much")))
        for isApart in [true, false] {
            let context = bench.context(renderer, isApart: isApart)
            var run = StepRun(steps: [Self.step(continueOnError: true)], context: context)
            #expect(await run.next().phase == .succeeded)
            #expect(run.records.first?.status == .errored)
            #expect(run.records.first?.message == "kustomize-build: too much")
        }
        #expect(renderer.requests.count == 1)
    }

    @Test func `a task that runs apart runs a program again that failed before`() async throws {
        let bench = try await ProgramBench()
        let renderer = StubRenderer(.failure(.tooMuch(reason: "too much")))
        #expect(await bench.failure(context: bench.context(renderer)) != nil)
        #expect(await bench.failure(context: bench.context(renderer)) != nil)
        #expect(renderer.requests.count == 2)
    }

    @Test func `a program that was stopped with its promotion leaves no answer`() async throws {
        let bench = try await ProgramBench()
        let renderer = StubRenderer(.failure(.program(.cancelled(name: "kustomize"))))
        #expect(await bench.failure(context: bench.context(renderer)) != nil)
        #expect(bench.memos.bytes == 0)
    }

    @Test func `more than is kept of one promotion fails the step, apart and within the lane`() async throws {
        let bench = try await ProgramBench()
        let big = Array(repeating: UInt8(ascii: "#"), count: RenderMemos.maxBytesOfPromotion)
        let renderer = StubRenderer(.success([ProgramFile("out/a.yaml", big)]))
        let failure = try #require(await bench.failure(context: bench.context(renderer)))
        #expect(failure.message.hasPrefix("kustomize-build read and wrote more than the limit for one promotion (48"))
        var lane = try await Self.again(bench)
        lane.renderer = renderer
        #expect(await bench.failure(context: lane) == failure)
    }
}
