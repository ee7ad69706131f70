import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayWeb

/// Names that somebody could give, in every field of every page.
struct HostilePageTests {
    @Test func `no page becomes another one by a name that stands on it`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "admin")
            let paths = [
                "/", "/deliveries", "/deliveries/2", "/warehouses", "/activity", "/attention/failed",
                "/attention/paused",
                "/search?q=name", "/live/overview?id=project/p", "/live/deliveries?id=delivery/2",
            ]
            // Elements and attributes of a page whose names are harmless.
            var shapes: [String: [String]] = [:]
            for name in ["harmless"] + HostileNameTests.names {
                web.pipelines.change { $0 = .named(name) }
                for path in paths {
                    let answer = try await tab.get(path)
                    #expect(answer.status == 200, "\(path) with \(name.prefix(40))")
                    guard !path.hasPrefix("/live") else {
                        #expect(!answer.body.contains("<script>") && !answer.body.contains("<img"))
                        continue
                    }
                    let shape = Self.tags(of: answer.body)
                    #expect(shape == shapes[path] ?? shape, "\(path) with \(name.prefix(40))")
                    if name == "harmless" { shapes[path] = shape }
                }
            }
            #expect(shapes["/deliveries/2"]?.isEmpty == false)
        }
    }

    /// The tags of a page with the names of their attributes, in order.
    private static func tags(of page: String) -> [String] {
        page.utf8.split(separator: UInt8(ascii: "<")).dropFirst().map { part in
            var tag: [UInt8] = []
            var isQuoted = false
            for byte in part {
                if byte == UInt8(ascii: "\"") {
                    isQuoted.toggle()
                } else if !isQuoted {
                    tag.append(byte)
                    if byte == UInt8(ascii: ">") { break }
                }
            }
            return String(decoding: tag, as: UTF8.self)
        }
    }
}

extension Scene {
    /// A scene whose every name is `name`.
    static func named(_ name: String) -> Scene {
        var scene = Scene.filled()
        var stage = stage(name, name, .failed)
        stage.reason = name
        stage.contents = [content(version: name, alias: name)]
        stage.contents[0].artifacts[0].name = name
        scene.projects = [
            ProjectView(name: name, mode: nil, stages: [stage], stageCount: 1, counts: [.failed: 1], warehouses: [name])
        ]
        let item = item(name, name, name)
        scene.attention.failed = .init([item])
        scene.attention.paused = [PauseView.Kind.drift.rawValue: .init([item])]
        var delivery = delivery(2, .failed, receiver: name)
        delivery.senderID = name
        delivery.verdict = name
        delivery.reason = name
        delivery.headers = [HeaderLine(name, name)]
        let key = SubscriptionKey(warehouse: WarehouseKey(project: name, name: name), subscription: name)
        delivery.decisions = [SubscriptionDecision(event: 0, subject: name, key: key, state: .failed, reason: name)]
        scene.deliveries = [delivery]
        scene.traces = [2: [name]]
        var warehouse = warehouse(name, name)
        warehouse.subscriptions = [name]
        warehouse.failures = [name]
        warehouse.held = [name]
        warehouse.skipped = [name]
        warehouse.description = name
        scene.warehouses = [warehouse]
        scene.activity = [
            ActivityView(
                AuditRecord(
                    id: 1,
                    at: now,
                    actor: name,
                    action: name,
                    detail: name,
                    project: name,
                    object: AuditObject(.stage, name)
                )
            )
        ]
        let place = FreightPlaceView(stage: name, state: .present, reason: name)
        scene.searches["name"] = SearchView(
            query: name,
            matches: [
                SearchView.Match(
                    kind: .freight,
                    field: .alias,
                    project: name,
                    freight: name,
                    alias: name,
                    warehouse: name,
                    artifacts: [image(name)],
                    places: [place]
                )
            ],
            isCut: false
        )
        return scene
    }
}
