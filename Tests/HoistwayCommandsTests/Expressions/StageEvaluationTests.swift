import HoistwayExpressions
import HoistwayModel
import HoistwaySettings
import HoistwaySteps
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// `hoistway eval --stage`: what a step of a stage would see.
struct StageEvaluationTests {
    private static let manifests = """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Project
        metadata: {name: demo}
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: main, namespace: demo}
        spec: {subscriptions: [{image: {repoURL: reg.example.com/app, constraint: ^1.0.0}}]}
        ---
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: test, namespace: demo}
        spec:
          vars: [{name: repo, value: reg.example.com/app}]
          requestedFreight: [{origin: {kind: Warehouse, name: main}, sources: {direct: true}}]
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: regions, namespace: demo}
        data: {test: eu}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: chat, namespace: demo, labels: {kargo.akuity.io/cred-type: generic}}
        stringData: {hook: s3cret}
        """

    private static let stageWithSteps = manifests.replacing(
        "sources: {direct: true}}]",
        with: """
            sources: {direct: true}}]
              promotionTemplate:
                spec:
                  vars: [{name: branch, value: "env/${{ ctx.stage }}"}]
                  steps: [{uses: git-clone, config: {repoURL: 'https://git.example.com/a/b', checkout: [{path: ./o}]}}]
            """
    )

    private func evaluation(_ freight: String?, stage: String = "demo/test") throws -> StageEvaluation {
        let folder = try TemporaryFolder("hoistway-eval")
        defer { folder.remove() }
        try folder.write("manifests: [a.yaml]\n", to: "hoistway.yaml")
        try folder.write(Self.stageWithSteps, to: "a.yaml")
        let (loaded, problems) = Settings.load(
            path: "\(folder.path)/hoistway.yaml",
            environment: [:],
            schemas: StepRegistry.schemas
        )
        var state = PipelineState()
        let id = FreightID("f1f1f1f1f1")
        state.freight[FreightKey(project: "demo", id: id)] = FreightRecord(
            freight: Freight(
                id: id,
                alias: "brave-otter",
                origin: WarehouseKey(project: "demo", name: "main"),
                artifacts: [.image(ImageArtifact(repoURL: "reg.example.com/app", tag: "1.10", digest: "sha256:ab"))],
                discoveredAt: Timestamp(seconds: 0)
            )
        )
        state.freight[FreightKey(project: "demo", id: id)]?.metadata = ["risk": .string("low")]
        let key = StageKey(project: "demo", name: "test")
        state.stages[key] = StageRecord(key: key)
        state.stages[key]?.metadata = ["last": .string("v1.9")]
        return try StageEvaluation(
            stage,
            freight: freight,
            loaded: try #require(loaded, "\(problems)"),
            state: state,
            now: Moment(seconds: 0)
        )
    }

    @Test(
        arguments: [
            ("${{ imageFrom(vars.repo).Tag }}", #""1.10""#), ("imageFrom(vars.repo).Tag", #""1.10""#),
            ("${{ vars.branch }}", #""env/test""#), ("${{ ctx.targetFreight.alias }}", #""brave-otter""#),
            ("ctx.targetFreight.origin.name", #""main""#), ("configMap('regions')[ctx.stage]", #""eu""#),
            ("configMap('none').x", #""""#), ("'Bearer ' + secret('chat').hook", #""***""#), ("1 + 1", "2"),
            ("outputs.a", "null"), ("freightMetadata(ctx.targetFreight.name).risk", #""low""#),
            ("stageMetadata(ctx.stage).last", #""v1.9""#), ("stageMetadata('none')", "null"),
        ]
    )
    func `a template sees the stage's variables, its freight and the manifests' data`(
        _ text: String,
        _ json: String
    ) throws {
        for name in ["f1f1f1f1f1", "brave-otter"] {
            #expect(try JSONWriter.text(evaluation(name).value(of: text)).string == json)
        }
    }

    @Test func `what is not there is named`() throws {
        #expect(throws: CommandFailure.self) { try evaluation("nobody") }
        #expect(throws: CommandFailure.self) { try evaluation(nil, stage: "demo/prod") }
        #expect(throws: CommandFailure.self) { try evaluation(nil, stage: "demo") }
        let error = #expect(throws: ExpressionError.self) { try evaluation(nil).value(of: "imageFrom(vars.repo).Tag") }
        #expect(error?.message.hasPrefix("expression `imageFrom(vars.repo).Tag`") == true)
    }
}
