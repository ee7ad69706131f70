import HoistwayModel
import Testing

struct PromotionPlanTests {
    private func step(_ uses: String, _ config: [String: ConfigValue]) -> StepTemplate {
        StepTemplate(uses: uses, alias: uses, config: .map(config), place: World.place)
    }

    @Test func `a plan knows what is cleared, edited by way of a copy, and pushed`() throws {
        let plan = PromotionPlan(steps: [
            step(
                "git-clone",
                [
                    "repoURL": .string("https://git.example.com/ops"),
                    "checkout": .list([
                        .map(["branch": .string("main"), "path": .string("./src")]),
                        .map(["branch": .string("stage/test"), "path": .string("./out"), "create": .bool(true)]),
                    ]),
                ]
            ),
            step("git-clear", ["path": .string("./out")]),
            step("kustomize-set-image", ["path": .string("./src/stages/test")]),
            step("copy", ["inPath": .string("./src"), "outPath": .string("./out")]),
            step("git-push", ["path": .string("out/")]),
        ])
        let pushed = try #require(plan.lane)
        #expect(plan.pushed == [pushed])
        #expect(pushed.pushBranch == "stage/test")
        #expect(pushed.isCleared)
        #expect(pushed.editedDirectories == ["stages/test"])
        #expect(plan.checkouts.map(\.mount) == ["src", "out"])
    }
}
