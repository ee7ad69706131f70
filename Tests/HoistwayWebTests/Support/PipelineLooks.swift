import HoistwayModel
import HoistwayPorts

@testable import HoistwayWeb

/// Each page of pipelines in each of its states.
enum PipelineLooks {
    typealias Look = PageLookTests.Look

    private static let failed = Shop.promotion(of: "prod-eu", .failed, number: 2).id
    private static let running = Shop.promotion(of: "staging", .running, number: 1).id

    static let all: [Look] = [
        Look(name: "pipeline-filled", path: "/projects/shop", says: "Choose freight"),
        Look(name: "pipeline-list", path: "/projects/shop?view=list", says: "from dev"),
        Look(name: "pipeline-graph", path: "/projects/shop?view=graph&zoom=75", says: "prod-eu"),
        Look(name: "pipeline-freight", path: "/projects/shop?freight=\(Shop.id(3))", says: "soaked 12 m of 60 m"),
        Look(
            name: "pipeline-read",
            path: "/projects/shop?freight=\(Shop.id(3))",
            token: "read",
            says: "needs the role promote"
        ),
        Look(name: "pipeline-empty", path: "/projects/bare", scene: .bare(), says: "This project has no stages yet"),
        Look(
            name: "pipeline-huge",
            path: "/projects/large?view=graph",
            scene: .large("50 layers of 12"),
            says: "600 ready"
        ),
        Look(
            name: "pipeline-hugeList",
            path: "/projects/large?view=list",
            scene: .large("1 to 599"),
            says: "599 stages"
        ),
        Look(
            name: "pipeline-storeFailing",
            path: "/projects/shop",
            scene: .failing(),
            says: "The state cannot be read",
            isFailure: true
        ),
        Look(name: "pipeline-missing", path: "/projects/nowhere", says: "There is no such page", isFailure: true),
        Look(name: "stage-paused", path: "/projects/shop/stages/prod-eu", says: "Paused"),
        Look(
            name: "stage-lostState",
            path: "/projects/shop/stages/dev",
            scene: .paused(.lostState),
            says: "Paused: state lost."
        ),
        Look(
            name: "stage-decided",
            path: "/projects/shop/stages/prod-us",
            scene: .afterDecision(),
            says: "Would block next"
        ),
        Look(
            name: "pipeline-manifestsMissing",
            path: "/projects/bare",
            scene: .missingManifests(),
            says: "Manifests were never read"
        ),
        Look(name: "stage-promoting", path: "/projects/shop/stages/staging", says: "On its way"),
        Look(name: "stage-ready", path: "/projects/shop/stages/dev", says: "shop-dev"),
        Look(name: "stage-read", path: "/projects/shop/stages/dev", token: "read", says: "needs the role promote"),
        Look(name: "stage-controlFlow", path: "/projects/shop/stages/audit", says: "Freight passes through"),
        Look(name: "stage-adopt", path: "/projects/shop/stages/prod-eu/adopt", says: "by ann"),
        Look(name: "stage-compare", path: "/projects/shop/stages/prod-eu/compare", says: "30 days"),
        Look(name: "promotion-failed", path: "/projects/shop/promotions/\(failed)", says: "Adopt the branch"),
        Look(name: "promotion-running", path: "/projects/shop/promotions/\(running)", says: "Abort"),
        Look(
            name: "promotion-accept",
            path: "/projects/shop/promotions/\(Shop.accepting().id)",
            says: "Accept the difference"
        ),
        Look(
            name: "promotion-outdated",
            path: "/projects/shop/promotions/\(Shop.outdated().id)",
            scene: .outdated(),
            says: "What the preview showed"
        ),
        Look(name: "freight-filled", path: "/projects/shop/freight/\(Shop.id(3))", says: "Its trail"),
        Look(
            name: "freight-compared",
            path: "/projects/shop/freight/\(Shop.id(3))?compare=\(Shop.id(1))",
            says: "lucky-crane beside calm-heron"
        ),
        Look(name: "preview-succeeded", path: "/projects/shop/previews/pv0", says: "Promote exactly this"),
        Look(
            name: "preview-running",
            path: "/projects/shop/previews/pv0",
            scene: .preview(.running),
            says: "Nothing is pushed"
        ),
        Look(
            name: "preview-failed",
            path: "/projects/shop/previews/pv0",
            scene: .preview(.failed),
            says: "Preview again"
        ),
        Look(
            name: "preview-long",
            path: "/projects/shop/previews/pv0",
            scene: .longPreview(),
            says: "lines, show them"
        ),
        Look(
            name: "preview-accept",
            path: "/projects/shop/previews/pv0",
            scene: .exceeding(),
            says: "I accept this difference"
        ),
    ]
}

extension Scene {
    static func bare() -> Scene {
        var scene = Scene.filled()
        scene.shop.graphs["bare"] = GraphView(project: "bare", warehouses: [], stages: [], edges: [])
        return scene
    }

    static func outdated() -> Scene {
        var scene = Scene.filled()
        scene.shop.promotions.append(Shop.outdated())
        return scene
    }

    static func preview(_ state: PreviewView.State) -> Scene {
        var scene = Scene.filled()
        scene.shop.previews[0].state = state
        if state == .failed {
            scene.shop.previews[0].message = "step kustomize-set-image: no image shop in prod/kustomization.yaml"
        }
        return scene
    }

    /// Ten files, of which one is folded and one is a download.
    static func longPreview() -> Scene {
        var scene = Scene.filled()
        func file(_ name: String, _ lines: Int) -> FileDifference {
            let text =
                "diff --git a/\(name) b/\(name)\nnew file mode 100644\n--- /dev/null\n+++ b/\(name)\n@@ -0,0 +1,\(lines) @@\n"
            return FileDifference(
                path: name,
                change: .added,
                notes: name.hasSuffix("sh") ? ["new executable file"] : [],
                added: lines,
                removed: 0,
                diff: text
                    + String(
                        repeating: "+key: a value that is much longer than a narrow window is wide, far to the right\n",
                        count: lines
                    )
            )
        }
        let files =
            (0..<8).map { file("apps/team-\($0)/values.yaml", 12) } + [file("run.sh", 800), file("all.yaml", 2_500)]
        scene.shop.previews[0].branches[0].files = files
        scene.shop.previews[0].branches[0].changedFiles = 510
        scene.shop.previews[0].branches[0].deletedFiles = 2
        scene.shop.previews[0].branches[0].deleted = ["old/a.yaml", "old/b.yaml"]
        return scene
    }

    static func exceeding() -> Scene {
        var scene = Scene.filled()
        scene.shop.previews[0].acceptanceNeeded = [String(repeating: "d", count: 64)]
        scene.shop.previews[0].branches[0].exceeded = "it would delete 12 files, more than the limit of the stage"
        scene.shop.previews[0].rollback = .init(isRollback: true, reason: "It is older than lucky-crane.")
        return scene
    }
}
