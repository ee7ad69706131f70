import HoistwayModel
import Testing

/// How a project's commit messages begin.
struct CommitTemplateTests {
    private func filled(_ text: String) -> String? {
        CommitTemplate(text)?.filled { "<\($0.rawValue)>" }
    }

    @Test func `every name is replaced by its value, as often as it stands there`() {
        #expect(
            filled("{images}|{stage}|{project}|{freight}|{alias}|{actor}|{promotion}|{stage}")
                == "<images>|<stage>|<project>|<freight>|<alias>|<actor>|<promotion>|<stage>"
        )
        #expect(filled("{stage}{stage}") == "<stage><stage>")
        #expect(filled("{stage}") == "<stage>")
    }

    @Test func `text around the names stays as it is, over lines and in any script`() {
        #expect(
            filled("chore(ops): {images} → {stage} 🚀\n\nby {actor}\n")
                == "chore(ops): <images> → <stage> 🚀\n\nby <actor>\n"
        )
        #expect(filled("no name at all") == "no name at all")
    }

    @Test func `a value is not looked into again, whatever a payload put into it`() {
        let template = CommitTemplate("{alias} to {stage}")
        #expect(template?.filled { $0 == .alias ? "{stage}{promotion} {" : "prod" } == "{stage}{promotion} { to prod")
    }

    @Test(arguments: ["", " ", "\n\t "])
    func `an empty template is refused`(_ text: String) {
        #expect(CommitTemplate.problem(with: text) == "it is empty")
        #expect(CommitTemplate(text) == nil)
    }

    @Test(arguments: ["{stage", "stage}", "{stage}}", "a } b {stage}", "{stage} {"])
    func `a brace without its other is refused`(_ text: String) {
        #expect(CommitTemplate.problem(with: text) == "a brace is not closed, or nothing opened it")
        #expect(CommitTemplate(text) == nil)
    }

    @Test(arguments: [
        ("{tag}", "tag"), ("{}", ""), ("{ stage }", " stage "), ("{Stage}", "Stage"), ("{{stage}", "{stage"),
    ])
    func `a name that is not known is told, with those that are`(_ text: String, _ name: String) throws {
        let problem = try #require(CommitTemplate.problem(with: text))
        #expect(problem.hasPrefix("{\(name)} is not known; known are {images}, {stage}, "))
        #expect(problem.hasSuffix("{promotion}"))
        #expect(CommitTemplate(text) == nil)
    }

    @Test func `the first name that is not known is told`() {
        #expect(CommitTemplate.problem(with: "{stage} {one} {two}")?.hasPrefix("{one} ") == true)
    }
}
