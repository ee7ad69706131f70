import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayTestBrowser
import Testing

@testable import HoistwayWeb

/// Each page in each of its states, at each width and theme: nothing scrolls sideways, no request is refused by the
/// policy, and the console stays silent.
struct PageLookTests {
    struct Look: Sendable, CustomTestStringConvertible {
        /// `overview-filled`: the page and its state.
        var name: String
        var path: String
        var scene: Scene = .filled()
        var token: String? = "admin"
        /// What the page says in this state.
        var says: String
        /// Statuses of 400 and more are told in the console.
        var isFailure = false

        var testDescription: String { name }

        /// Runs `body` with a browser that has signed in, and the page's address.
        func open(_ body: @escaping @Sendable (Browser, _ address: String) async throws -> Void) async throws {
            try await RunningWeb.with(scene) { web async throws in
                try await Browser.with { browser in
                    if let token { try await browser.bring(try await web.signedIn(as: token), web) }
                    try await body(browser, web.origin + path)
                }
            }
        }
    }

    static let looks: [Look] = [
        Look(name: "signin-empty", path: "/sign-in", token: nil, says: "Token"),
        Look(name: "overview-empty", path: "/", scene: Scene(), says: "There are no pipelines yet"),
        Look(name: "overview-filled", path: "/", says: "guestbook"),
        Look(name: "overview-huge", path: "/", scene: .huge(), says: "more stages"),
        Look(name: "overview-hostile", path: "/", scene: .hostile(), says: "\\u{202e}"),
        Look(name: "overview-noMatch", path: "/?version=9.9.9", says: "No project matches"),
        Look(
            name: "overview-storeFailing",
            path: "/",
            scene: .failing(),
            says: "The state cannot be read",
            isFailure: true
        ),
        Look(
            name: "overview-manifestsFailing",
            path: "/",
            scene: .withFailingManifests(),
            says: "An older version of manifests runs"
        ),
        Look(name: "attention-failed", path: "/attention/failed", says: "it has moved"),
        Look(name: "attention-paused", path: "/attention/paused", says: "Branch moved"),
        Look(name: "search-found", path: "/search?q=1.4.2", scene: .searched(), says: "It is not in"),
        Look(name: "search-nothing", path: "/search?q=nothing", says: "Nothing of this name is known"),
        Look(name: "deliveries-empty", path: "/deliveries", scene: Scene(), says: "Nothing has arrived yet"),
        Look(name: "deliveries-filled", path: "/deliveries", says: "hook-guestbook"),
        Look(name: "deliveries-refused", path: "/deliveries/refused", says: "203.0.113.9"),
        Look(name: "delivery-failed", path: "/deliveries/2", says: "the body is not JSON"),
        Look(name: "delivery-read", path: "/deliveries/2", token: "read", says: "needs the role promote"),
        Look(name: "warehouses-filled", path: "/warehouses", says: "did not answer"),
        Look(name: "warehouses-empty", path: "/warehouses", scene: Scene(), says: "There is no warehouse"),
        Look(name: "activity-filled", path: "/activity", says: "brave-otter"),
        Look(name: "missing-page", path: "/no-such-page", says: "There is no such page", isFailure: true),
    ]

    @Test(arguments: looks + PipelineLooks.all + StateLooks.all)
    func `a page fits its window in each theme and breaks no rule`(_ look: Look) async throws {
        try await look.open { browser, address in
            for width in Browser.Width.allCases {
                try await browser.look(width: width, theme: .light)
                try await browser.open(address)
                for theme in Browser.Theme.allCases {
                    try await browser.look(width: width, theme: theme)
                    #expect(try await browser.text("main").contains(look.says), "\(look.name)")
                    #expect(try await browser.sidewaysScroll() == 0, "\(look.name) at \(width.rawValue)")
                    try await browser.keepPicture(look.name, width, theme)
                }
            }
            try await browser.expectNoFaults(look.name) { look.isFailure && $0.contains("Failed to load resource") }
        }
    }

    @Test func `everything that is pressed is 24 pixels high and wide, unless it stands in a sentence`() async throws {
        try await RunningWeb.with { web async throws in
            try await Browser.with { browser in
                try await browser.bring(try await web.signedIn(as: "admin"), web)
                for path in ["/", "/deliveries", "/deliveries/2", "/warehouses", "/activity", "/attention/failed"] {
                    for width in [Browser.Width.phone, .desk] {
                        try await browser.look(width: width, theme: .light)
                        try await browser.open(web.origin + path)
                        let small = try await browser.value(of: Self.smallTargets, as: [String].self)
                        #expect(small == [], "\(path) at \(width.rawValue)")
                    }
                }
            }
        }
    }

    static let smallTargets = """
        return [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")].filter((element) => {
          const box = element.getBoundingClientRect();
          if (!box.width || !element.checkVisibility() || element.closest("p, .skip, .problem, .quiet")) return false;
          return box.height < 23.5 || box.width < 23.5;
        }).map((element) => element.outerHTML.slice(0, 120));
        """
}

extension Scene {
    /// Sixty projects, of which one has more stages than a row shows.
    static func huge() -> Scene {
        var scene = Scene.filled()
        scene.projects = (0..<60).map { number in
            project("team-\(number)", states: Array(repeating: number % 3 == 0 ? .promoting : .ready, count: 12))
        }
        var large = project("large", states: Array(repeating: .failed, count: 40))
        large.stageCount = 600
        scene.projects.append(large)
        return scene
    }

    /// Names that somebody could give.
    static func hostile() -> Scene {
        var scene = Scene.filled()
        scene.projects = HostileNameTests.names.prefix(26).enumerated().map { number, name in
            var made = project("p\(number)", states: [.ready, .failed])
            made.stages[0].name = name
            made.stages[0].contents[0].alias = name
            made.stages[0].contents[0].artifacts[0].version = name
            made.stages[0].contents[0].artifacts[0].name = name
            return made
        }
        return scene
    }

    static func withFailingManifests() -> Scene {
        var scene = Scene.filled()
        let source = "https://git.example.com/acme/pipelines.git, branch main, teams"
        func view(_ state: ManifestSourceView.State, _ projects: [String]?) -> ManifestSourceView {
            ManifestSourceView(
                source: source,
                projects: projects,
                state: state,
                commit: nil,
                readAt: nil,
                checkedAt: nil,
                refused: nil,
                problems: ["teams/shop.yaml:12:5: there is no warehouse shop"]
            )
        }
        scene.manifests = [view(.failing, nil), view(.missing, ["checkout"]), view(.current, nil)]
        return scene
    }

    static func failing() -> Scene {
        var scene = Scene()
        scene.failure = .full(path: "/var/lib/hoistway/state.db")
        return scene
    }

    static func searched() -> Scene {
        var scene = Scene.filled()
        scene.searches["1.4.2"] = SearchView(
            query: "1.4.2",
            matches: [
                SearchView.Match(
                    kind: .freight,
                    field: .tag,
                    project: "guestbook",
                    freight: "0123456789012345678901234567890123456789",
                    alias: "brave-otter",
                    warehouse: "main",
                    artifacts: [image("1.4.2")],
                    places: [
                        FreightPlaceView(
                            stage: "test",
                            state: .present,
                            since: now + .seconds(-7200),
                            reason: "promoted"
                        ),
                        FreightPlaceView(stage: "uat", state: .onItsWay, reason: "step 3 of 7 runs"),
                        FreightPlaceView(
                            stage: "prod",
                            state: .notYet,
                            reason: "it must lie in uat for 1 h first",
                            until: now + .seconds(3000)
                        ),
                    ]
                )
            ],
            isCut: false
        )
        return scene
    }
}
