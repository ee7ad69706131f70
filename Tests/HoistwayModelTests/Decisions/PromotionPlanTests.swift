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
        #expect(pushed.targets == [.branch("stage/test")])
        #expect(pushed.isCleared)
        #expect(pushed.editedDirectories == ["stages/test"])
        #expect(plan.checkouts.map(\.mount) == ["src", "out"])
    }

    @Test func `a plan knows what steps make and remove, and of which checkouts`() throws {
        let clone = step(
            "git-clone",
            [
                "repoURL": .string("https://git.example.com/ops"),
                "checkout": .list([
                    .map(["branch": .string("main"), "path": .string("./src")]),
                    .map(["branch": .string("env/test"), "path": .string("./out")]),
                ]),
            ]
        )
        let rows: [(StepTemplate, places: [String], isCopiedFrom: Bool)] = [
            (step("kustomize-build", ["path": .string("src/k"), "outPath": .string("out/r")]), ["r"], true),
            (step("helm-template", ["path": .string("src/c"), "outPath": .string("./out")]), [""], true),
            (
                step("yaml-merge", ["inFiles": .list([.string("src/a.yaml")]), "outFile": .string("out/m.yaml")]),
                ["m.yaml"], true
            ), (step("file-write", ["path": .string("out/f"), "contents": .string("x")]), ["f"], false),
            (
                step("delete", ["paths": .list([.string("out/a"), .string("src/b"), .string("out/b*")])]), ["a", "b*"],
                false
            ),
            (
                step("delete", ["path": .string("./out/a/*/b?/c"), "pathsAreGlobs": .bool(true)]), ["a"], false
            ),
        ]
        for (made, places, isCopiedFrom) in rows {
            let plan = PromotionPlan(steps: [clone, made, step("git-push", ["path": .string("out")])])
            #expect(plan.pushed.map(\.copiedPlaces) == [places], "\(made.uses)")
            #expect(plan.checkouts[0].isCopiedFrom == isCopiedFrom, "\(made.uses)")
            #expect(plan.checkouts[1].sources == (isCopiedFrom ? [0] : []), "\(made.uses)")
        }
        let unknown = step("file-write", ["path": .string("${{ vars.x }}"), "contents": .string("x")])
        #expect(PromotionPlan(steps: [clone, unknown]).hasUnknownPlaces)
    }
}
