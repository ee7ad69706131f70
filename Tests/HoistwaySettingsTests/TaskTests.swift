import HoistwayModel
import Testing

@testable import HoistwaySettings

private func object(_ kind: String, _ name: String, _ spec: String, namespace: String? = "demo") -> String {
    """
    ---
    apiVersion: kargo.akuity.io/v1alpha1
    kind: \(kind)
    metadata: {name: \(name)\(namespace.map { ", namespace: \($0)" } ?? "")}
    \(spec)

    """
}

private let head =
    object("Project", "demo", "", namespace: nil)
    + object("Warehouse", "main", "spec: {subscriptions: [{image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}}]}")

private func task(_ name: String, _ spec: String, kind: String = "PromotionTask") -> String {
    object(kind, name, "spec:\n\(spec)", namespace: kind == "PromotionTask" ? "demo" : nil)
}

private func stage(_ name: String, vars: String = "[]", _ steps: String...) -> String {
    object(
        "Stage",
        name,
        """
        spec:
          requestedFreight: [{origin: {kind: Warehouse, name: main}, sources: {direct: true}}]
          promotionTemplate:
            spec:
              vars: \(vars)
              steps:
        \(steps.map { "        - \($0)" }.joined(separator: "\n"))
        """
    )
}

private func steps(_ loaded: LoadedSettings?, _ name: String = "test") throws -> [StepTemplate] {
    let stage = try #require(loaded?.pipelines.projects["demo"]?.stages[name])
    guard case .steps(let steps) = stage.promotion else { return [] }
    return steps
}

private let shipping = """
      vars:
        - {name: path}
        - {name: note, value: automated}
      steps:
        - {uses: git-clone, config: {repoURL: 'https://git.example.com/a/b', checkout: [{branch: '${{ ctx.stage }}', path: '${{ vars.path }}'}]}}
        - {uses: git-commit, as: commit, config: {path: '${{ vars.path }}', message: '${{ vars.note }} ${{ ctx.stage }}'}}
        - {uses: git-push, config: {path: '${{ vars.path }}'}}
    """

/// Sheet 3: the steps of a task stand in the place of the step that calls it.
struct TaskTests {
    @Test func `a variable whose value is refused is no missing one, and what reads it has no fault`() throws {
        let (_, found) = try load(
            head
                + task(
                    "ship",
                    """
                          vars: [{name: repo, value: '${REPO_URL}'}]
                          steps:
                            - {uses: git-clone, config: {repoURL: '${{ vars.repo }}', checkout: [{branch: a, path: ./a}]}}
                    """
                ) + stage("test", "{task: {name: ship}}")
        )
        #expect(found.errors.count == 1, "\(found.errors)")
        #expect(found.errors.first?.message.contains("REPO_URL") ?? false, "\(found.errors)")
    }

    @Test func `the steps of a task take the caller's place, with their aliases and values`() throws {
        let text =
            head + task("ship", shipping)
            + stage(
                "test",
                vars: "[{name: note, value: release}]",
                "{task: {name: ship}, vars: [{name: path, value: ./a}]}",
                "{task: {name: ship}, as: again, vars: [{name: path, value: ./b}, {name: note, value: '${{ vars.note }}!'}]}"
            )
        let (loaded, found) = try load(text)
        #expect(found.errors == [])
        let steps = try steps(loaded)
        #expect(
            steps.map(\.alias) == [
                "task-1::step-1", "task-1::commit", "task-1::step-3", "again::step-1", "again::commit", "again::step-3",
            ]
        )
        // A variable of the stage beats the task's default; one of the caller beats both.
        #expect(steps[1].config["message"] == .string("release test"))
        #expect(steps[4].config["message"] == .string("release! test"))
        #expect(steps[0].config["checkout"]?.list?.first?["branch"] == .string("test"))
        #expect(steps[2].config["path"] == .string("./a"))
        #expect(steps[1].variables == [PipelineVariable("path", "./a")])
        #expect(
            steps[4].variables == [PipelineVariable("path", "./b"), PipelineVariable("note", "${{ vars.note }}!")]
        )
        #expect(loaded?.pipelines.projects["demo"]?.stages["test"]?.variables == [PipelineVariable("note", "release")])
    }

    @Test func `a default counts where the stage leaves the variable empty, and the inner step's own vars win`() throws
    {
        let inner = """
              vars: [{name: a, value: default}]
              steps:
                - {uses: git-clone, config: {repoURL: 'https://git.example.com/a/b', checkout: [{branch: main, path: ./o}]}}
                - {uses: git-commit, config: {path: ./o, message: '${{ vars.a }}'}}
                - {uses: git-commit, vars: [{name: a, value: own}], config: {path: ./o, message: '${{ vars.a }}'}}
                - {uses: git-commit, config: {path: ./o, message: '${{ vars.a }}'}}
            """
        let (loaded, found) = try load(
            head + task("t", inner)
                + stage("test", vars: "[{name: a, value: ''}]", "{task: {name: t, kind: PromotionTask}}")
                + stage("uat", "{task: {name: t}, vars: [{name: a, value: caller}]}")
        )
        #expect(found.errors == [])
        #expect(try steps(loaded).dropFirst().map { $0.config["message"]?.string } == ["default", "own", "default"])
        #expect(
            try steps(loaded, "uat").dropFirst().map { $0.config["message"]?.string } == ["caller", "own", "caller"]
        )
    }

    @Test func `a task of the cluster is called by its kind`() throws {
        let cluster = task("ship", shipping, kind: "ClusterPromotionTask")
        let call = { (kind: String) in "{task: {name: ship\(kind)}, vars: [{name: path, value: ./a}]}" }
        let (loaded, found) = try load(head + cluster + stage("test", call(", kind: ClusterPromotionTask")))
        #expect(found.errors == [])
        #expect(try steps(loaded).count == 3)
        let missing = try problems(of: head + cluster + stage("test", call("")))
        #expect(missing.errors.map(\.message) == ["the project demo has no PromotionTask 'ship'"])
        #expect(missing.errors.first?.hint?.contains("`kind: ClusterPromotionTask`") == true)
    }

    @Test(
        arguments: [
            ("{task: {name: ship}}", "the task ship needs a value for its variable path"),
            ("{task: {name: ship}, vars: [{name: path, value: ''}]}", "needs a value for its variable path"),
            ("{task: {name: shop}}", "the project demo has no PromotionTask 'shop'"),
            ("{task: {}}", "name is missing"),
            ("{task: {name: ship, kind: Task}}", "a task's kind cannot be 'Task'"),
            ("{task: {name: ship}, if: '${{ true }}', vars: [{name: path, value: a}]}", "if cannot stand on a step"),
            ("{task: {name: ship}, config: {a: b}, vars: [{name: path, value: a}]}", "config cannot stand on a step"),
            ("{task: {name: ship}, retry: {timeout: 1m}, vars: [{name: path, value: a}]}", "retry cannot stand"),
            ("{task: {name: ship}, continueOnError: true, vars: [{name: path, value: a}]}", "continueOnError cannot"),
            ("{task: {name: ship}, uses: copy, vars: [{name: path, value: a}]}", "uses cannot stand on a step"),
            ("{task: {name: ship}, as: task-4, vars: [{name: path, value: a}]}", "what a step without a name"),
            ("{task: {name: ship}, vars: [{name: path, value: 5}]}", "expected text, found a number"),
            ("{task: {name: ship}, vars: [{name: 1path, value: a}]}", "is not a name that expressions can read"),
        ]
    )
    func `a call that Kargo refuses is an error at the call`(_ step: String, _ message: String) throws {
        let found = try problems(of: head + task("ship", shipping) + stage("test", step)).errors
        let problem = try #require(found.first { $0.message.contains(message) }, "\(found)")
        #expect(problem.place.path.hasPrefix("spec.promotionTemplate.spec.steps[0]"))
        if message.hasPrefix("if") { #expect(problem.hint == "put the if on the steps inside the task") }
    }

    @Test(
        arguments: [
            ("steps: []", "a PromotionTask has one step at least"),
            ("steps: [{task: {name: t}}]", "a task cannot call another task"),
            (
                "steps: [{uses: git-push, as: a, config: {path: a}}, {uses: git-push, as: a, config: {path: a}}]",
                "two steps"
            ),
            ("steps: [{uses: git-push, as: step-7, config: {path: a}}]", "what a step without a name"),
            ("steps: [{uses: git-psh, config: {path: a}}]", "unknown step 'git-psh'"),
            ("steps: [{uses: git-push, config: {pth: a}}]", "unknown key 'pth'"),
            ("steps: [{uses: git-push, config: {path: '${{ lowr(1) }}'}}]", "there is no function 'lowr'"),
            (
                "vars: [{name: a, value: '${{ 1 + }}'}]\n  steps: [{uses: git-push, config: {path: a}}]",
                "expression `1 +`"
            ),
        ]
    )
    func `a task that no stage calls is checked as well`(_ spec: String, _ message: String) throws {
        let found = try problems(
            of: head + task("t", "  " + spec)
                + stage(
                    "test",
                    "{uses: git-clone, config: {repoURL: 'https://a.example.com/b/c', checkout: [{path: ./o}]}}"
                )
        )
        #expect(found.errors.contains { $0.message.contains(message) }, "\(found)")
    }

    @Test func `what is wrong in a task is told once, where it is written`() throws {
        let wrong = shipping.replacing("path: '${{ vars.path }}', message", with: "pth: '${{ vars.path }}', message")
        let call = "{task: {name: ship}, vars: [{name: path, value: ./a}]}"
        let found = try problems(of: head + task("ship", wrong) + stage("a", call) + stage("b", call)).errors
        #expect(found.filter { $0.message == "unknown key 'pth'" }.map(\.place.path) == ["spec.steps[1].config.pth"])
    }

    @Test func `outputs of a task without compose-output are named as that`() throws {
        let inner = "  steps: [{uses: http, as: ask, config: {url: 'https://example.com'}}]"
        let found = try problems(
            of: head + task("ship", inner)
                + stage(
                    "test",
                    "{task: {name: ship}, as: ship}",
                    "{uses: compose-output, config: {c: \"${{ outputs.ship.commit }}\"}}"
                )
        ).errors
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.message.contains("the task 'ship' gives no outputs") == true, "\(found)")
        #expect(found.first?.hint?.contains("outputs['ship::STEP']") == true)
    }

    @Test func `an output of a task is seen where its compose-output step stands`() throws {
        let inner = "  steps: [{uses: compose-output, config: {sha: '${{ ctx.promotion }}'}}]"
        let push =
            "{uses: git-clone, config: {repoURL: 'https://a.example.com/b/c', checkout: [{commit: '${{ outputs.NAME.sha }}', path: ./o}]}}"
        for (name, isKnown) in [("ship", true), ("shipp", false), ("'ship::step-1'", true)] {
            let read =
                name.hasPrefix("'")
                ? push.replacing(".NAME", with: "[''ship::step-1'']") : push.replacing("NAME", with: name)
            let found = try problems(of: head + task("t", inner) + stage("test", "{task: {name: t}, as: ship}", read))
            let missing = found.errors.filter { $0.message.contains("its output is nil") }
            #expect(missing.isEmpty == isKnown, "\(name): \(found)")
        }
    }

    @Test func `a repository that may define some projects defines no task of the cluster`() throws {
        let source = { (projects: String) in
            "manifests: [{git: {url: https://git.example.com/acme/pipelines, path: p, projects: \(projects)}}]"
        }
        let version = { (read: ReadConfiguration) in
            ManifestVersion(
                source: try #require(read.settings?.manifestSources.first?.source),
                commit: try #require(ObjectID(String(repeating: "a", count: 40))),
                readAt: Timestamp(seconds: 1_800_000_000),
                files: [
                    .init(
                        path: "p/a.yaml",
                        text: head + task("ship", shipping, kind: "ClusterPromotionTask")
                            + stage(
                                "test",
                                "{task: {name: ship, kind: ClusterPromotionTask}, vars: [{name: path, value: ./a}]}"
                            )
                    )
                ]
            )
        }
        for (projects, isAllowed) in [("[demo]", false), ("all", true)] {
            let sandbox = try Sandbox(["hoistway.yaml": source(projects)])
            let read = ReadConfiguration.read(path: "\(sandbox.folder)/hoistway.yaml", environment: [:])
            let (loaded, found) = read.loaded(with: [try version(read)])
            // Whoever pushes the task says what each project does that calls it.
            if isAllowed { #expect(loaded?.pipelines.projectsFromGit.contains("demo") == true) }
            let refused = found.errors.filter { $0.message.contains("would be seen by every project") }
            #expect(refused.isEmpty == isAllowed, "\(found)")
        }
    }

    @Test func `a project of this machine that calls a task from Git may not reach into this machine by it`() throws {
        let configuration = """
            manifests: [a.yaml, {git: {url: https://git.example.com/acme/tasks, path: p, projects: all}}]
            """
        let reaching = shipping.replacing("https://git.example.com/a/b", with: "file:///srv/x.git")
        let sandbox = try Sandbox([
            "hoistway.yaml": configuration,
            "a.yaml": head
                + stage("test", "{task: {name: ship, kind: ClusterPromotionTask}, vars: [{name: path, value: ./a}]}"),
        ])
        let read = ReadConfiguration.read(path: "\(sandbox.folder)/hoistway.yaml", environment: [:])
        let version = ManifestVersion(
            source: try #require(read.settings?.manifestSources.first?.source),
            commit: try #require(ObjectID(String(repeating: "a", count: 40))),
            readAt: Timestamp(seconds: 1_800_000_000),
            files: [.init(path: "p/a.yaml", text: task("ship", reaching, kind: "ClusterPromotionTask"))]
        )
        let found = read.loaded(with: [version]).1
        #expect(
            found.errors.contains { $0.message.contains("they may not name a repository on this machine") },
            "\(found)"
        )
    }

    @Test func `a stage whose task has not been read yet is left out, and does not run without its steps`() throws {
        let configuration = """
            manifests: [a.yaml, {git: {url: https://git.example.com/acme/tasks, path: p, projects: all}}]
            """
        let sandbox = try Sandbox([
            "hoistway.yaml": configuration,
            "a.yaml": head
                + stage("test", "{task: {name: ship, kind: ClusterPromotionTask}, vars: [{name: path, value: ./a}]}"),
        ])
        let (loaded, found) = sandbox.load()
        #expect(found.errors == [])
        #expect(loaded?.pipelines.projects["demo"]?.stages.isEmpty == true)
        #expect(loaded?.pipelines.isComplete == false)
    }

    @Test func `a few calls cannot stand for very many steps`() throws {
        let many =
            "  steps:\n" + (0..<120).map { _ in "    - {uses: git-clear, config: {path: ./o}}" }.joined(separator: "\n")
        let calls = (0..<20).map { _ in "        - {task: {name: t}}" }.joined(separator: "\n")
        let found = try problems(
            of: head + task("t", many)
                + stage("test", "{task: {name: t}}").replacing("        - {task: {name: t}}", with: calls)
        )
        #expect(found.errors.contains { $0.message.contains("more than 1000 steps") }, "\(found.errors.prefix(3))")
    }
}
