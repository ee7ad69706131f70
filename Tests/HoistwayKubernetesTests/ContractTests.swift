import HoistwayModel
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayKubernetes

/// What the client promises, on every server that is one: the test server, and a real cluster where
/// `HOISTWAY_TEST_KUBECONFIG` names one.
struct ContractTests {
    private typealias Live = ContractCluster.Live

    private func reason<Result>(_ work: () async throws -> Result) async throws -> KubernetesFailure.Reason {
        try await #require(throws: KubernetesFailure.self) { _ = try await work() }.reason
    }

    private func expect<Result>(
        _ reason: KubernetesFailure.Reason,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ work: () async throws -> Result
    ) async throws {
        let found = try await self.reason(work)
        #expect(found == reason, sourceLocation: sourceLocation)
    }

    @Test(arguments: ContractCluster.all)
    func `an object is made once, and read as it was made`(_ cluster: ContractCluster) async throws {
        try await cluster.run { live in
            let made = try await live.create("a", ["color": "blue"])
            let read = try await live.client.get(Live.maps, live.key("a"), as: ContractMap.self)
            #expect(read == made)
            #expect(read.value.data == ["color": "blue"])
            #expect(!read.metadata.uid.isEmpty && !read.metadata.resourceVersion.isEmpty)
            #expect(read.metadata.key == live.key("a"))
            try await expect(.alreadyExists) { try await live.create("a") }
        }
    }

    @Test(arguments: ContractCluster.all)
    func `what is not there is told apart from a kind that is not known`(_ cluster: ContractCluster) async throws {
        try await cluster.run { live in
            try await expect(.notFound) { try await live.client.get(Live.maps, live.key("none"), as: NoFields.self) }
            try await expect(.notFound) { try await live.put("none", "a", "b") }
            let unknown = KubernetesResource(
                group: "nobody.example.com",
                version: "v1",
                plural: "things"
            )
            try await expect(.unknownKind) { try await live.client.get(unknown, live.key("a"), as: NoFields.self) }
            try await expect(.unknownKind) {
                try await live.client.list(unknown, live.mine, as: NoFields.self) { _ in }
            }
        }
    }

    @Test(arguments: ContractCluster.all)
    func `a list comes by pages, with what is selected only`(_ cluster: ContractCluster) async throws {
        try await cluster.run(pageSize: 3) { live in
            for number in 0..<8 { try await live.create("m\(number)", ["number": "\(number)"]) }
            try await live.create("other", labels: ["suite": "another"])
            func names(_ selection: ObjectSelection) async throws -> [String] {
                var names: [String] = []
                let listing = try await live.client.list(Live.maps, selection, as: ContractMap.self) { object in
                    names.append(object.metadata.name)
                }
                #expect(listing.count == names.count && !listing.resourceVersion.isEmpty)
                return names.sorted()
            }
            let all = (0..<8).map { "m\($0)" }
            #expect(try await names(live.mine) == all)
            var everywhere = live.mine
            everywhere.namespace = nil
            everywhere.labels.append(.isIn("suite", ["contract", "more"]))
            #expect(try await names(everywhere).filter { all.contains($0) } == all)
            #expect(try await names(.only(live.key("m3"))) == ["m3"])
            var none = live.mine
            none.labels = [.isNotIn("suite", ["contract", "another"]), .exists("suite")]
            #expect(try await names(none) == [])
            none.labels = [.equals("suite", "contract"), .isAbsent("suite")]
            #expect(try await names(none) == [])
        }
    }

    @Test(arguments: ContractCluster.all)
    func `a merge patch sets and deletes fields, and is refused at another version`(_ cluster: ContractCluster)
        async throws
    {
        try await cluster.run { live in
            let made = try await live.create("a", ["color": "blue", "size": "1"])
            let changed = try await live.client.patch(
                Live.maps,
                live.key("a"),
                .merge(.map(["data": .map(["color": .null, "form": .string("round")])])),
                as: ContractMap.self
            )
            #expect(changed.value.data == ["size": "1", "form": "round"])
            #expect(changed.metadata.uid == made.metadata.uid)
            #expect(changed.metadata.resourceVersion != made.metadata.resourceVersion)
            let old = KubernetesPatch.merge(
                .map([
                    "metadata": .map(["resourceVersion": .string(made.metadata.resourceVersion)]),
                    "data": .map(["form": .string("flat")]),
                ])
            )
            try await expect(.conflict) {
                try await live.client.patch(
                    Live.maps,
                    live.key("a"),
                    old,
                    as: ContractMap.self
                )
            }
            #expect(try await live.client.get(Live.maps, live.key("a"), as: ContractMap.self) == changed)
        }
    }

    @Test(arguments: ContractCluster.all)
    func `a JSON patch does all or nothing`(_ cluster: ContractCluster) async throws {
        try await cluster.run { live in
            let made = try await live.create("a", ["color": "blue"])
            let annotation = ["metadata", "annotations", "example.com/note~1"]
            func patch(_ operations: [JSONPatchOperation]) async throws -> KubernetesObject<ContractMap> {
                try await live.client.patch(Live.maps, live.key("a"), .json(operations), as: ContractMap.self)
            }
            try await expect(.invalid) {
                try await patch([
                    .replace(["data", "color"], .string("red")), .test(["data", "color"], .string("green")),
                ])
            }
            let changed = try await patch([
                .unchanged(made.metadata), .test(["data", "color"], .string("blue")),
                .replace(["data", "color"], .string("red")), .add(["metadata", "annotations"], .map([:])),
                .add(annotation, .string("1")), .remove(annotation), .add(["data", "form"], .string("round")),
            ])
            #expect(changed.value.data == ["color": "red", "form": "round"])
            let stale = try await reason {
                try await patch([.unchanged(made.metadata), .replace(["data", "color"], .string("black"))])
            }
            #expect([.invalid, .conflict].contains(stale))
            #expect(try await live.client.get(Live.maps, live.key("a"), as: ContractMap.self) == changed)
        }
    }

    @Test(arguments: ContractCluster.all)
    func `a watch tells what happens behind a list`(_ cluster: ContractCluster) async throws {
        try await cluster.run { live in
            try await live.create("before")
            let listing = try await live.client.list(Live.maps, live.mine, as: ContractMap.self) { _ in }
            let told = Mutex<[String]>([])
            try await live.create("after", ["color": "blue"])
            let watch = Task {
                try await live.client.watch(
                    Live.maps,
                    live.mine,
                    from: listing.resourceVersion,
                    as: ContractMap.self
                ) { event in
                    let word: String? =
                        switch event {
                        case .opened: "opened"
                        case .added(let object): "added \(object.metadata.name)"
                        case .modified(let object): "modified \(object.metadata.name)"
                        case .deleted(let metadata): "deleted \(metadata.name)"
                        case .bookmark: nil
                        }
                    if let word { told.withLock { $0.append(word) } }
                }
            }
            defer { watch.cancel() }
            try await eventually("the watch") { told.withLock { $0.last } == "added after" }
            try await live.put("after", "color", "red")
            try await live.delete("before")
            let unmarked = ConfigValue.map(["metadata": .map(["labels": .map(["suite": .null])])])
            _ = try await live.client.patch(Live.maps, live.key("after"), .merge(unmarked), as: NoFields.self)
            let expected = ["opened", "added after", "modified after", "deleted before", "deleted after"]
            try await eventually("all events") { told.withLock(\.count) == expected.count }
            #expect(told.withLock(\.self) == expected)
        }
    }

    @Test(arguments: ContractCluster.all)
    func `a reflector has what the cluster has`(_ cluster: ContractCluster) async throws {
        try await cluster.run(pageSize: 2) { live in
            for name in ["a", "b", "c"] { try await live.create(name, ["color": "blue"]) }
            let mirror = Mirror(live)
            try await mirror.follow { mirror in
                try await eventually("the list") { mirror.reflector.state.isCurrent }
                #expect(mirror.colors == ["a": "blue", "b": "blue", "c": "blue"])
                try await live.put("b", "color", "red")
                try await live.delete("a")
                try await live.create("d", ["color": "green"])
                try await eventually("the changes") {
                    mirror.colors == ["b": "red", "c": "blue", "d": "green"]
                }
            }
        }
    }
}

/// What a reflector has told, put together.
final class Mirror: Sendable {
    let reflector: Reflector<ContractMap>
    private let state = Mutex((colors: [String: String](), words: [String]()))

    init(_ live: ContractCluster.Live) {
        reflector = Self.reflector(of: live.client, live.mine)
    }

    init(_ client: KubernetesClient, _ selection: ObjectSelection) {
        reflector = Self.reflector(of: client, selection)
    }

    private static func reflector(
        of client: KubernetesClient,
        _ selection: ObjectSelection
    ) -> Reflector<ContractMap> {
        var options = ReflectorOptions()
        options.firstPause = .milliseconds(10)
        options.longestPause = .milliseconds(100)
        return Reflector(
            client,
            ContractCluster.Live.maps,
            selection,
            as: ContractMap.self,
            clock: TestClock(),
            options: options
        )
    }

    /// By name.
    var colors: [String: String] { state.withLock(\.colors) }
    /// `synced`, and the reasons of disconnections.
    var words: [String] { state.withLock(\.words) }

    func follow(_ body: (Mirror) async throws -> Void) async throws {
        let run = Task { await reflector.run { self.note($0) } }
        do {
            try await body(self)
        } catch {
            Issue.record("told so far: \(words), \(colors)")
        }
        run.cancel()
        await run.value
    }

    private func note(_ event: ReflectorEvent<ContractMap>) {
        state.withLock { state in
            switch event {
            case .listed(let object), .added(let object), .modified(let object):
                guard case .object(let object) = object else { return }
                state.colors[object.metadata.name] = object.value.data?["color"] ?? ""
            case .deleted(let metadata): state.colors[metadata.name] = nil
            case .synced: state.words.append("synced")
            case .disconnected(let failure): state.words.append("\(failure.reason)")
            }
        }
    }
}
