import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Testing

struct PlainStepFailureTests {
    // T16
    @Test(arguments: [
        StepFailure.config(step: "git-clone", path: "config.checkout[0].branch", problem: "is missing"),
        .unknownStep("helm"), .workspace(.missing(path: "./out")), .workspace(.git(.notFound(url: "https://a"))),
        .git(.unauthorized(url: "https://a", detail: "401")), .cannotAct("there is no application", hint: nil),
        .edit(file: "kustomization.yaml", line: 3, problem: "not valid YAML: a tab", hint: nil),
        .unmet("nothing was mounted", hint: "mount it first"),
    ])
    func `a failed step is explained in a sentence`(_ failure: StepFailure) {
        let text = failure.description
        #expect(text.contains(" ") && PlainError.libraryNames(in: text).isEmpty, "\(text)")
    }
}
