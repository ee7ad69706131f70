import HoistwayModel
import HoistwayPorts

@testable import HoistwayWeb

/// Each page before the first look has ended, and with more on it than anybody reads.
enum StateLooks {
    typealias Look = PageLookTests.Look

    static let all: [Look] = [
        Look(name: "overview-firstLook", path: "/", scene: .beforeFirstLook(), says: "nothing yet"),
        Look(name: "pipeline-firstLook", path: "/projects/shop", scene: .beforeFirstLook(), says: "No freight yet"),
        Look(
            name: "stage-firstLook",
            path: "/projects/shop/stages/dev",
            scene: .beforeFirstLook(),
            says: "It ends by itself when the branches are read."
        ),
        Look(name: "warehouses-firstLook", path: "/warehouses", scene: .beforeFirstLook(), says: "none has ended yet"),
        Look(name: "warehouses-noMatch", path: "/warehouses?project=nowhere", says: "Show all warehouses"),
        Look(name: "warehouses-huge", path: "/warehouses", scene: .crowded(), says: "Next 50"),
        Look(name: "deliveries-huge", path: "/deliveries", scene: .crowded(), says: "hook-guestbook"),
        Look(name: "activity-huge", path: "/activity", scene: .crowded(), says: "lucky-crane to stage-1"),
        Look(name: "attention-huge", path: "/attention/failed", scene: .crowded(), says: "of 10000"),
        Look(name: "search-huge", path: "/search?q=1.4.2", scene: .crowded(), says: "More was found"),
        Look(
            name: "freight-huge",
            path: "/projects/shop/freight/\(Shop.id(3))",
            scene: .crowded(),
            says: "a-stage-with-quite-a-long-name-599"
        ),
        Look(
            name: "promotion-huge",
            path: "/projects/shop/promotions/\(Scene.longPromotion().id)",
            scene: .crowded(),
            says: "100 steps"
        ),
    ]
}

extension Scene {
    /// The program has just begun: no branch, no registry and no repository has been looked at.
    static func beforeFirstLook() -> Scene {
        var scene = Scene.filled()
        for project in scene.projects.indices {
            for stage in scene.projects[project].stages.indices {
                scene.projects[project].stages[stage].contents = []
                scene.projects[project].stages[stage].state = .empty
                scene.projects[project].stages[stage].pauses = [.notLooked]
                scene.projects[project].stages[stage].openPromotion = nil
                scene.projects[project].stages[stage].lastPromotion = nil
            }
        }
        for place in scene.warehouses.indices {
            scene.warehouses[place].lastLook = nil
            scene.warehouses[place].outcome = .waiting
            scene.warehouses[place].failures = []
        }
        scene.shop.freight = []
        scene.shop.promotions = []
        let dev = StageKey(project: "shop", name: "dev")
        scene.shop.stages[dev]?.contents = []
        scene.shop.stages[dev]?.verdicts = []
        scene.shop.stages[dev]?.health = nil
        scene.shop.stages[dev]?.reason = "the branches of the stage are not read yet"
        scene.shop.stages[dev]?.pauses = [
            PauseView(kind: .notLooked, reason: "the branches are not read yet", since: nil, endedBy: "")
        ]
        return scene
    }

    /// More of everything than a page shows.
    static func crowded() -> Scene {
        var scene = Scene.filled()
        scene.warehouses = (0..<60).map { warehouse("team-\($0)", "a-warehouse-with-a-long-name") }
        scene.deliveries = (1...120).map { delivery(Int64($0), .done) }
        scene.activity = (1...120).reversed().map { number in
            ActivityView(
                AuditRecord(
                    id: Int64(number),
                    at: now + .seconds(-60 * Int64(number)),
                    actor: "a-token-with-quite-a-long-name",
                    action: "promote",
                    detail: "lucky-crane to stage-1",
                    project: "guestbook",
                    object: AuditObject(.stage, "stage-1")
                )
            )
        }
        scene.attention.failed = .init((0..<200).map { item("team-\($0)", "stage-0", "push refused: it has moved") })
        scene.attention.failed.count = 10_000
        let names = (0..<600).map { "a-stage-with-quite-a-long-name-\($0)" }
        scene.searches["1.4.2"] = SearchView(
            query: "1.4.2",
            matches: (0..<20).map { number in
                SearchView.Match(
                    kind: .freight,
                    field: .tag,
                    project: "team-\(number)",
                    freight: Shop.id(3),
                    alias: "lucky-crane",
                    warehouse: "main",
                    artifacts: [image("1.4.2")],
                    places: names.prefix(20).map {
                        FreightPlaceView(stage: $0, state: .notYet, reason: "not there yet")
                    }
                )
            },
            isCut: true
        )
        scene.shop.places[Shop.id(3)] = names.map { Shop.place($0, .notYet, "soaked 12 m of 60 m in staging") }
        scene.shop.promotions.append(longPromotion())
        return scene
    }

    /// A hundred steps.
    static func longPromotion() -> PromotionView {
        var record = Shop.record(of: "staging", .succeeded, number: 80)
        record.steps = (0..<100).map { number in
            StepTemplate(
                uses: "yaml-update",
                alias: "set-version-of-service-\(number)",
                config: .null,
                place: SourcePlace(file: "m.yaml", line: 1, column: 1)
            )
        }
        record.stepRecords = record.steps.map {
            StepRecord(alias: $0.alias, uses: $0.uses, status: .succeeded, message: "1 file changed")
        }
        return Shop.view(record)
    }
}
