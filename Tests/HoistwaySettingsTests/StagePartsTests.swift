import HoistwayModel
import HoistwaySteps
import Testing

@testable import HoistwaySettings

/// Stages of many files are read on all processors: with the same result as one after the other.
struct StagePartsTests {
    private static let count = 40

    /// A file with two stages; their problems name its number.
    private static func file(_ number: Int) -> String {
        let head = "apiVersion: kargo.akuity.io/v1alpha1\nkind:"
        func stage(_ name: String, calling task: String) -> String {
            """
            \(head) Stage
            metadata: {name: \(name)-\(number), namespace: p}
            spec:
              vars: [{name: text, value: "${{ 'a' + 'b' + '\(number)' }}"}]
              requestedFreight: [{origin: {kind: Warehouse, name: main\(number % 7)}, sources: {direct: true}}]
              promotionTemplate:
                spec:
                  steps:
                    - task: {name: \(task)}
                    - uses: git-clone
                      config:
                        repoURL: ftp://example.com/\(name)\(number)
                        checkout: [{path: ./\(name), fromFreight: true}]
                    - {uses: no-such-step-\(name)-\(number), config: {}}
                    - {uses: http, config: {url: "https://example.com/${{ vars.text }}/${{ secret('s\(number)').k }}"}}
            """
        }
        return """
            \(head) PromotionTask
            metadata: {name: own\(number), namespace: p}
            spec: {steps: [{uses: fail, config: {message: a}}, {uses: fail, config: {message: b}}]}
            ---
            \(stage("first", calling: "own\(number / 2)"))
            ---
            \(stage("second", calling: number == 11 ? "missing" : "own\(count - 1)"))

            """
    }

    private struct Read: Equatable {
        /// In the order in which they were found; equal ones of several files only once, as for one file.
        var problems: [String] = []
        /// About Secrets that are missing; in no order.
        var unread: Set<String> = []
        var stages: [String: Int]
        var references: [String]
        var stepsLeft: Int
        var nodesLeft: Int
        var uncalled: Int
    }

    /// - Parameters:
    ///   - isOneFile: all texts have the name of one file, whose stages are not read in parts.
    ///   - hasUnread: a file could not be read, so the missing task may be there.
    private func read(isOneFile: Bool, stepsLeft: Int, hasUnread: Bool) throws -> Read {
        let sandbox = try Sandbox(["hoistway.yaml": "manifests: [\"pipelines/*.yaml\"]"])
        let path = "\(sandbox.folder)/hoistway.yaml"
        let settings = try #require(
            ReadConfiguration.settings(path: path, environment: [:], problems: ProblemList()).settings
        )
        let problems = ProblemList()
        let reader = ManifestReader(
            settings: settings,
            environment: [:],
            schemas: StepRegistry.schemas,
            problems: problems
        )
        reader.stepsLeft = stepsLeft
        let project = "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: p}\n"
        var files = [ReadConfiguration.Text(file: "project.yaml", text: project)]
        for number in 0..<Self.count {
            files.append(.init(file: isOneFile ? "all.yaml" : "\(number).yaml", text: Self.file(number)))
        }
        if hasUnread { files.append(.init(file: "unread.yaml", text: nil)) }
        reader.read(files, versions: [])
        // An old form is told once for each file.
        let forms = problems.all.filter { $0.message.contains("fromFreight of git-clone") }
        #expect(forms.map(\.place.file) == (isOneFile ? ["all.yaml"] : (0..<Self.count).map { "\($0).yaml" }))
        let others = problems.all.filter { !$0.message.contains("fromFreight of git-clone") }
        let texts = others.map { "\($0.place.line) \($0.message) \($0.hint ?? "")" }
        var known: Set<String> = []
        return Read(
            problems: texts.filter { !$0.contains("reads a Secret") && known.insert($0).inserted },
            unread: Set(texts.filter { $0.contains("reads a Secret") }),
            stages: (reader.pipelines.projects["p"]?.stages ?? [:]).mapValues { stage in
                if case .steps(let steps) = stage.promotion { steps.count } else { -1 }
            },
            references: reader.references.map { "\($0.stage) \($0.target) \($0.place.line)" },
            stepsLeft: reader.stepsLeft,
            nodesLeft: reader.expressions.nodesLeft,
            uncalled: reader.tasks.count - reader.calledTasks.count
        )
    }

    /// Enough steps for all stages; not enough for the last; for few.
    @Test(arguments: [ManifestReader.maxStepsOfAll, StagePartsTests.count * 10 - 6, 35], [false, true])
    func `the parts together give what one reading gives`(_ stepsLeft: Int, _ hasUnread: Bool) throws {
        let inOrder = try read(isOneFile: true, stepsLeft: stepsLeft, hasUnread: hasUnread)
        let inParts = try read(isOneFile: false, stepsLeft: stepsLeft, hasUnread: hasUnread)
        #expect(inParts == inOrder)
        #expect(inOrder.stages.count == Self.count * 2 - (hasUnread ? 1 : 0))
        #expect(inOrder.problems.count { $0.contains("unknown step") } == Self.count * 2 - (hasUnread ? 1 : 0))
        #expect(inOrder.unread.count == (hasUnread ? 0 : Self.count * 2))
        #expect(inOrder.uncalled == Self.count / 2 - 1)
        #expect(inOrder.nodesLeft < ExpressionReader(problems: ProblemList()).nodesLeft)
    }
}
