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

    @Test func `of a chart its file is edited, and its lock and packed charts are made`() throws {
        let checkout = ConfigValue.map(["branch": .string("main"), "path": .string("./src")])
        let plan = PromotionPlan(steps: [
            step("git-clone", ["repoURL": .string("https://git.example.com/ops"), "checkout": .list([checkout])]),
            step("helm-update-chart", ["path": .string("./src/web")]),
            step("git-push", ["path": .string("src")]),
        ])
        let pushed = try #require(plan.lane)
        #expect(pushed.editedFiles.map(\.path) == ["web/Chart.yaml"])
        #expect(pushed.copiedPlaces == ["web/Chart.lock", "web/charts"])
    }

    /// A source in a folder that is no checkout, and a branch to write.
    private var cloneBelowTmp: StepTemplate {
        step(
            "git-clone",
            [
                "repoURL": .string("https://git.example.com/ops"),
                "checkout": .list([
                    .map(["branch": .string("main"), "path": .string("./tmp/src")]),
                    .map(["branch": .string("env/test"), "path": .string("./out")]),
                ]),
            ]
        )
    }

    @Test func `what goes through files outside of the checkouts is followed`() throws {
        let plan = PromotionPlan(steps: [
            cloneBelowTmp,
            step(
                "yaml-update",
                [
                    "path": .string("./tmp/src/values.yaml"),
                    "updates": .list([
                        .map(["key": .string("tag"), "value": .string("${{ imageFrom('a').Tag }}")]),
                        .map(["key": .string("kept"), "value": .string("x")]),
                    ]),
                ]
            ),
            step("kustomize-build", ["path": .string("./tmp/src/k"), "outPath": .string("./tmp/made/app.yaml")]),
            step("copy", ["inPath": .string("./tmp/src/values.yaml"), "outPath": .string("./tmp/made/v.yaml")]),
            step("kustomize-set-image", ["path": .string("./tmp/made/k")]),
            step("copy", ["inPath": .string("./tmp/made"), "outPath": .string("./out/app")]),
            step("git-push", ["path": .string("./out")]),
        ])
        let pushed = try #require(plan.pushed.first)
        #expect(pushed.copiedPlaces == ["app"] && pushed.sources == [0])
        #expect(pushed.editedDirectories == ["app/k"])
        #expect(pushed.editedFiles.map(\.path) == ["app/v.yaml"])
        #expect(pushed.editedFiles.map(\.source) == ["tmp/src/values.yaml"])
        #expect(pushed.editedFiles.map(\.keys) == [["tag"]])
        #expect(plan.checkouts.map(\.isCopiedFrom) == [true, false])
        #expect(plan.checkout(holding: "./tmp/made") == nil)
    }

    @Test func `a copy of a folder brings along the checkouts that lie in it`() throws {
        let plan = PromotionPlan(steps: [
            cloneBelowTmp,
            step("kustomize-set-image", ["path": .string("./tmp/src/k")]),
            step("copy", ["inPath": .string("./tmp"), "outPath": .string("./out")]),
            step("git-push", ["path": .string("./out")]),
        ])
        let pushed = try #require(plan.pushed.first)
        #expect(pushed.copiedPlaces == [""] && pushed.sources == [0])
        #expect(pushed.editedDirectories == ["src/k"])
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
