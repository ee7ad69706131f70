import HoistwayModel
import HoistwayPatterns
import Testing

@testable import HoistwaySettings

/// Stages for the elements of ApplicationSets.
struct ApplicationSetProposalTests {
    private struct Folder: RepositoryFolder {
        var all: [String] = []
        var contents: [String: ConfigValue] = [:]

        func folders(limit: Int) throws(TakeoverRefusal) -> [String] { all }
        func files(limit: Int) throws(TakeoverRefusal) -> [String] { contents.keys.sorted() }
        func objects(in file: String) throws(TakeoverRefusal) -> [ConfigValue] { [contents[file] ?? .null] }
    }

    private static func proposal(
        _ generators: String,
        name: String = "demo-{{stage}}",
        annotations: String = "{}",
        source: String = "{repoURL: 'https://git.test/d', targetRevision: 'stage/{{stage}}', path: 'stages/{{stage}}'}",
        more: String = "",
        options: ApplicationSetProposal.Options = .init(images: ["reg.test/web"]),
        repository: (any RepositoryFolder)? = nil
    ) throws -> ApplicationSetProposal {
        let text = """
            kind: ApplicationSet
            metadata: {name: demo, namespace: argocd}
            spec:
              generators: \(generators)
            \(more)
              template:
                metadata: {name: '\(name)', annotations: \(annotations)}
                spec: {source: \(source)}

            """
        let patterns = Patterns()
        return try ApplicationSetReader(
            options: options,
            repository: repository,
            matches: { patterns.matches(glob: $0, $1) },
            kustomizationImages: { folder throws(TakeoverRefusal) in folder.isEmpty ? [] : ["reg.test/\(folder)"] }
        ).proposal(for: try ImageUpdaterImportTests.documents(text)[0])
    }

    private static func accepted(_ proposal: ApplicationSetProposal) throws -> Project {
        let text = GeneratedManifests.text(of: proposal.pipeline)
        let (loaded, problems) = try load(text)
        #expect(problems.errors.map(\.description) == [], "\(text)")
        return try #require(loaded?.pipelines.projects.values.first)
    }

    @Test func `each element of a list becomes a stage after the one before`() throws {
        let proposal = try Self.proposal("[{list: {elements: [{stage: test}, {stage: uat}, {stage: prod}]}}]")
        #expect(proposal.pipeline.stages.map(\.name) == ["demo-test", "demo-uat", "demo-prod"])
        #expect(proposal.pipeline.stages.map(\.after) == [[], ["demo-test"], ["demo-uat"]])
        #expect(proposal.annotation?.name == "kargo.akuity.io/authorized-stage")
        #expect(proposal.annotation?.value == "demo:demo-{{stage}}")
        let project = try Self.accepted(proposal)
        #expect(project.name == "demo")
        guard case .steps(let steps)? = project.stages["demo-uat"]?.promotion else { throw CancellationError() }
        #expect(steps.map(\.uses) == ["git-clone", "kustomize-set-image", "git-commit", "git-push", "argocd-update"])
        #expect(steps[0].config["checkout"]?.list?[0]["branch"] == .string("stage/uat"))
        #expect(steps[1].config["path"] == .string("./repo/stages/uat"))
        #expect(steps[4].config["apps"]?.list?[0]["name"] == .string("demo-uat"))
        let direct = try Self.proposal(
            "[{list: {elements: [{stage: test}, {stage: uat}]}}]",
            options: .init(images: ["reg.test/web"], isChain: false)
        )
        #expect(direct.pipeline.stages.map(\.after) == [[], []])
    }

    @Test func `an annotation that is there names project and stage`() throws {
        let proposal = try Self.proposal(
            "[{list: {elements: [{stage: test}, {stage: 7}]}}]",
            annotations: "{kargo.akuity.io/authorized-stage: 'shop:{{stage}}'}"
        )
        #expect(proposal.annotation == nil)
        #expect(proposal.pipeline.project == "shop")
        #expect(proposal.pipeline.stages.map(\.name) == ["test", "7"])
        _ = try Self.accepted(proposal)
    }

    @Test func `goTemplate's plain fields are substituted`() throws {
        let proposal = try Self.proposal(
            "[{list: {elements: [{stage: test, at: {branch: env/test}}]}}]",
            name: "demo-{{ .stage }}",
            source: "{repoURL: 'https://git.test/d', targetRevision: 'x{{- .at.branch -}} ', path: 'a/{{.stage}}'}",
            more: "  goTemplate: true"
        )
        guard case .clone(_, let branch, _)? = proposal.pipeline.stages.first?.steps.first else {
            throw CancellationError()
        }
        #expect(branch == "xenv/test")
        #expect(proposal.annotation?.value == "demo:demo-{{ .stage }}")
    }

    @Test func `folders of a repository become stages of the warehouse each`() throws {
        let proposal = try Self.proposal(
            "[{git: {repoURL: x, revision: HEAD, directories: [{path: apps/*}, {path: apps/old, exclude: true}]}}]",
            name: "{{path.basenameNormalized}}",
            source: "{repoURL: 'https://git.test/d', path: '{{path}}'}",
            options: .init(),
            repository: Folder(all: ["apps", "apps/web", "apps/API_1", "apps/old", "apps/web/base"])
        )
        #expect(proposal.pipeline.stages.map(\.name) == ["api-1", "web"])
        #expect(proposal.pipeline.stages.map(\.after) == [[], []])
        #expect(proposal.pipeline.warehouses[0].images.map(\.repoURL) == ["reg.test/apps/API_1", "reg.test/apps/web"])
        guard case .clone(_, nil, _)? = proposal.pipeline.stages.first?.steps.first else { throw CancellationError() }
    }

    @Test func `files of a repository become stages with their own parameters`() throws {
        let proposal = try Self.proposal(
            "[{git: {repoURL: x, revision: main, files: [{path: 'envs/**/config.yaml'}], values: {b: 'env-{{name}}'}}}]",
            name: "demo-{{name}}-{{path.basename}}-{{path[0]}}",
            source: "{repoURL: 'https://git.test/d', targetRevision: '{{values.b}}', path: '{{path}}'}",
            repository: Folder(contents: [
                "envs/a/config.yaml": .map(["name": .string("one")]), "other.yaml": .map(["name": .string("two")]),
            ])
        )
        #expect(proposal.pipeline.stages.map(\.name) == ["demo-one-a-envs"])
        guard case .clone(_, "env-one"?, _)? = proposal.pipeline.stages.first?.steps.first else {
            throw CancellationError()
        }
        _ = try Self.accepted(proposal)
    }

    @Test(
        arguments: [
            ("[{matrix: {generators: []}}]", "spec.generators[0].matrix", "only list and git generators"),
            ("[{clusters: {}}]", "spec.generators[0].clusters", "only list and git generators"),
            ("[]", "spec.generators", "it is empty"),
            ("[{list: {elements: []}}]", "spec.generators", "they give no element"),
            ("[{list: {elementsYaml: '{{ x }}'}}]", "spec.generators[0].list.elementsYaml", "is not evaluated"),
            ("[{git: {repoURL: x, directories: [{path: '*'}]}}]", "spec.generators[0].git", "reads its repository"),
            ("[{list: {elements: [{other: x}]}}]", "spec.template.metadata.name", "gives no parameter stage"),
            ("[{list: {elements: [{stage: a}]}, selector: {}}]", "spec.generators[0].selector", "is not evaluated"),
            (
                "[{list: {elements: [{stage: a}], template: {metadata: {}}}}]", "spec.generators[0].list.template",
                "is not evaluated"
            ),
            ("[{list: {elements: [{stage: a}, {stage: a}]}}]", "spec.template.metadata", "two elements give the stage"),
        ]
    )
    func `other generators are refused with their place`(
        _ generators: String,
        _ place: String,
        _ reason: String
    ) throws {
        let error = #expect(throws: TakeoverRefusal.self) { try Self.proposal(generators) }
        #expect(error?.place == "ApplicationSet argocd/demo: \(place)")
        #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
    }

    @Test(
        arguments: [
            ("{{ .stage | upper }}", true, "is more than a parameter's name"),
            ("{{ if .stage }}x{{ end }}", true, "is more than a parameter's name"),
            ("{{ index . \"stage\" }}", true, "is more than a parameter's name"),
            ("{{.stage}}", false, "gives no parameter .stage"), ("{{stage", false, "has {{ without }}"),
        ]
    )
    func `what is more than a substitution is refused by name`(_ name: String, _ isGo: Bool, _ reason: String) throws {
        let error = #expect(throws: TakeoverRefusal.self) {
            try Self.proposal("[{list: {elements: [{stage: a}]}}]", name: name, more: isGo ? "  goTemplate: true" : "")
        }
        #expect(error?.place == "ApplicationSet argocd/demo: spec.template.metadata.name")
        #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func `a template that changes more, a chart and unknown images are refused`() throws {
        let list = "[{list: {elements: [{stage: a}]}}]"
        let patched = #expect(throws: TakeoverRefusal.self) { try Self.proposal(list, more: "  templatePatch: 'x'") }
        #expect(patched?.place == "ApplicationSet argocd/demo: spec.templatePatch")
        let chart = #expect(throws: TakeoverRefusal.self) {
            try Self.proposal(list, source: "{repoURL: 'https://charts.test', chart: x}")
        }
        #expect(chart?.place == "ApplicationSet argocd/demo: spec.template.spec.source.chart")
        let images = #expect(throws: TakeoverRefusal.self) {
            try Self.proposal(list, source: "{repoURL: 'https://git.test/d'}", options: .init())
        }
        #expect(images?.hint?.contains("--image") == true)
    }
}
