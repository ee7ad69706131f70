import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayWeb

/// The states of pages that need no browser to be seen: each says what is so, and what to do next.
struct PageStateTests {
    struct State: Sendable, CustomTestStringConvertible {
        /// The page and its state.
        var name: String
        var path: String
        var scene: Scene = .filled()
        var token = "promote"
        var says: [String]
        /// What would be untrue in this state.
        var saysNot: [String] = []

        var testDescription: String { name }
    }

    static let states: [State] = [
        State(name: "attention-empty", path: "/attention/failed", scene: Scene(), says: ["None at the moment"]),
        State(
            name: "activity-empty",
            path: "/activity",
            scene: Scene(),
            token: "admin",
            says: ["Nothing is on record", "appear here"]
        ),
        State(name: "refused-filled", path: "/deliveries/refused", says: ["203.0.113.9"]),
        State(
            name: "search-short",
            path: "/search?q=",
            says: ["A commit, tag, digest, version, alias, stage or promotion"]
        ),
        State(
            name: "stage-empty",
            path: "/projects/shop/stages/prod-us",
            scene: .unpromoted(),
            says: ["Nothing yet.", "None yet."]
        ),
        State(
            name: "warehouse-notLooked",
            path: "/projects/guestbook/warehouses/main",
            scene: .firstLook(),
            says: ["Not looked yet", "none has ended yet", "Look now"],
            saysNot: ["Last look failed"]
        ),
        State(
            name: "pipeline-notLooked",
            path: "/projects/shop",
            scene: .firstLook(),
            says: ["No freight yet"]
        ),
        State(
            name: "warehouse-read",
            path: "/projects/guestbook/warehouses/main",
            token: "read",
            says: ["disabled>Look now", "needs the role promote"]
        ),
        State(
            name: "promotion-read",
            path: "/projects/shop/promotions/\(Shop.promotion(of: "prod-eu", .failed, number: 2).id)",
            token: "read",
            says: ["disabled>Promote again", "needs the role promote"]
        ),
        State(
            name: "freight-read",
            path: "/projects/shop/freight/\(Shop.id(3))",
            token: "read",
            says: ["disabled>Approve", "needs the role promote"]
        ),
        State(name: "overview-observe", path: "/", says: ["Observe: nothing is pushed"]),
        State(
            name: "stage-observe",
            path: "/projects/shop/stages/prod-eu",
            says: ["Observe: nothing is pushed", "Compare with others"]
        ),
        State(
            name: "pipeline-manifestsFailing",
            path: "/projects/shop",
            scene: .withFailingManifests(),
            says: ["An older version of manifests runs", "there is no warehouse shop"],
            // Another source is the one of another project.
            saysNot: ["Manifests were never read"]
        ),
        State(
            name: "pipeline-manifestsMissing",
            path: "/projects/bare",
            scene: .missingManifests(),
            says: ["Manifests were never read", "could not resolve host", "2 more", "when its manifests can be read"],
            saysNot: ["Write a Warehouse"]
        ),
        State(
            name: "stage-drift",
            path: "/projects/shop/stages/dev",
            scene: .paused(.drift),
            says: ["Paused: branch moved.", "href=\"/projects/shop/stages/dev/adopt\""],
            saysNot: ["hoistway adopt"]
        ),
        State(
            name: "stage-lostState",
            path: "/projects/shop/stages/dev",
            scene: .paused(.lostState),
            says: ["Paused: state lost.", "Take the freight from the branches", "Adopt the branches as they are"],
            saysNot: ["hoistway adopt"]
        ),
        State(
            name: "stage-twoWriters",
            path: "/projects/shop/stages/dev",
            scene: .paused(.twoWriters),
            says: ["Paused: two writers.", "Adopt the branches as they are"]
        ),
        State(
            name: "stage-notLooked",
            path: "/projects/shop/stages/dev",
            scene: .paused(.notLooked),
            says: ["Paused: branches not read yet.", "It ends by itself when the branches are read."],
            saysNot: ["Adopt the branches as they are"]
        ),
        State(
            name: "overview-paused",
            path: "/",
            scene: .paused(.lostState),
            says: ["State lost"]
        ),
        State(
            name: "attention-pausedByKind",
            path: "/attention/paused",
            scene: .pausedOfEachKind(),
            says: ["State lost", "Two writers", "Branch moved"]
        ),
    ]

    @Test(arguments: states)
    func `a page says what is so in each of its states`(_ state: State) async throws {
        try await RunningWeb.with(state.scene) { web async throws in
            let answer = try await web.signedIn(as: state.token).get(state.path)
            #expect(answer.status == 200)
            for words in state.says { #expect(answer.body.contains(words), "\(state.name): \(words)") }
            for words in state.saysNot { #expect(!answer.body.contains(words), "\(state.name): \(words)") }
        }
    }

    @Test func `previews of several stages cannot be promoted by a token that may only read by now`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let fields = [("freight", Shop.id(3)), ("stage", "dev"), ("stage", "prod-us")]
            let begun = try await tab.post("/projects/shop/previews", fields)
            let path = try #require(begun.headers.first(name: "Location"))
            try await web.store.put(RunningWeb.token("promote", .read))
            let page = try await tab.get(path).body
            #expect(page.contains("disabled>Promote 2 stages") && page.contains("needs the role promote"))
            #expect(try await tab.post("\(path)/promote").status == 403)
        }
    }

    @Test func `a form of a page whose session is over changes nothing, and leads back there`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let code = try await tab.formToken()
            web.clock.pass(.seconds(3601))
            let answer = try await tab.post(
                "/deliveries/2/retry",
                [("back", "/deliveries/2")],
                csrf: code
            )
            #expect(answer.status == 401)
            #expect(answer.body.contains("Your session has ended"))
            #expect(answer.body.contains("href=\"/sign-in?next=%2Fdeliveries%2F2\""))
            #expect(web.pipelines.told == [])
        }
    }
}

extension Scene {
    /// Nothing has gone anywhere.
    static func unpromoted() -> Scene {
        var scene = Scene.filled()
        scene.shop.promotions = []
        scene.shop.stages[StageKey(project: "shop", name: "prod-us")]?.contents = []
        scene.shop.stages[StageKey(project: "shop", name: "prod-us")]?.state = .empty
        return scene
    }

    /// No warehouse has been looked at.
    static func firstLook() -> Scene {
        var scene = Scene.filled()
        scene.shop.freight = []
        for place in scene.warehouses.indices {
            scene.warehouses[place].outcome = .waiting
            scene.warehouses[place].lastLook = nil
            scene.warehouses[place].failures = []
        }
        return scene
    }

    /// A source that was never read, with more problems than are shown at once.
    static func missingManifests() -> Scene {
        var scene = Scene.bare()
        scene.manifests = [
            ManifestSourceView(
                source: "https://git.example.com/acme/pipelines.git, branch main, bare",
                projects: ["bare"],
                state: .missing,
                commit: nil,
                readAt: nil,
                checkedAt: nil,
                refused: nil,
                problems: (1...7).map { "could not resolve host, try \($0)" }
            )
        ]
        return scene
    }

    /// Stage `dev` of `shop` is paused.
    static func paused(_ kind: PauseView.Kind) -> Scene {
        var scene = Scene.filled()
        let key = StageKey(project: "shop", name: "dev")
        scene.shop.stages[key]?.pauses = [
            PauseView(
                kind: kind,
                reason: "see `hoistway adopt \(key)`",
                since: now + .seconds(-600),
                endedBy: "hoistway adopt \(key)",
                canBeRestored: kind == .lostState
            )
        ]
        scene.shop.stages[key]?.state = .paused
        for place in scene.projects.indices where scene.projects[place].name == "shop" {
            scene.projects[place].stages[0].pauses = [kind]
        }
        return scene
    }

    static func pausedOfEachKind() -> Scene {
        var scene = Scene.filled()
        for kind in PauseView.Kind.allCases where kind != .notLooked {
            scene.attention.paused[kind.rawValue] = .init([item("checkout", "stage-2", "why")])
        }
        return scene
    }
}
