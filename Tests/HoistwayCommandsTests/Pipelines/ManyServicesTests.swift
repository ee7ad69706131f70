import Dispatch
import Foundation
import HoistwayTestServers
import Testing

/// Forty services have their tags in one file of one branch, and all get a new one at once.
struct ManyServicesTests {
    /// What happens while the second push is under way.
    enum Event: CaseIterable {
        case nothing, foreignCommit
        /// The last service waits for an answer until all others have been promoted; somebody commits as well.
        case slowService
    }

    private static let names = (0..<40).map { "svc\($0)" }
    private static var slow: String { "svc39" }

    private static let values = names.map {
        """
        \($0):
          replicas: 1
          image: {repository: acme/\($0), tag: "1.0.0"}   # of \($0)

        """
    }.joined()

    @Test(arguments: Event.allCases)
    func `forty services in one file get one commit each, by a handful of pushes`(_ event: Event) async throws {
        let answered = DispatchSemaphore(value: 0)
        let desk = try ScriptedServer { _ in
            answered.wait()
            answered.signal()
            return [ScriptedServer.http("200 OK", type: "application/json", Array("{}".utf8))]
        }
        defer {
            answered.signal()
            desk.stop()
        }
        let rig = try await RuleRig.pipelines(
            warehouses: Self.names,
            more: ["http: {privateHosts: [127.0.0.1]}"],
            files: { _ in ["services.yaml": Self.values] }
        ) { url, source in
            Self.names.map { name in
                let steps = Manifest.valuesSteps(
                    url,
                    file: "services.yaml",
                    key: "\(name).image.tag",
                    image: source.image(name)
                )
                let asks = "- uses: http\n  config: {url: 'http://127.0.0.1:\(desk.port)/ready', timeout: 5m}\n"
                return Manifest.pipeline(
                    name,
                    of: [name],
                    steps: event == .slowService && name == Self.slow ? asks + steps : steps
                )
            }
        }
        try Self.holdPushes(of: rig)
        try await rig.run {
            let start = try #require(try await rig.head("main"))
            // Alone: on a machine that decides them all before it pushes, one push would do.
            #expect(try await rig.source.announce(Self.names[0], "1.1.0", to: rig.served) == 202)
            try await eventually("the first push") { Self.exists("held-1", in: rig) }
            try await withThrowingTaskGroup(of: Int.self) { group in
                for name in Self.names.dropFirst() {
                    group.addTask { try await rig.source.announce(name, "1.1.0", to: rig.served) }
                }
                for try await status in group { #expect(status == 202) }
            }
            try await eventually("everybody else's promotion") {
                try await rig.promotions().count == Self.names.count
            }
            try Self.release(1, in: rig)
            try await eventually("the second push") { Self.exists("held-2", in: rig) }
            if event != .nothing {
                try await rig.repository.commit(
                    [
                        "services.yaml": try await rig.text("services.yaml", on: "main")
                            .replacing("svc7:\n  replicas: 1", with: "svc7:\n  replicas: 7"),
                        "theirs": "theirs\n",
                    ],
                    message: "Scale svc7"
                )
            }
            try Self.release(2, in: rig)
            for name in Self.names where event != .slowService || name != Self.slow {
                let last = try await rig.served.lastPromotion(of: name)
                #expect(last.phase == "Succeeded", "\(name): \(last.message)")
            }
            if event == .slowService {
                let waiting = try await rig.promotions().filter { !$0.isOver }.map(\.stage)
                #expect(waiting == [Self.slow])
                answered.signal()
                #expect(try await rig.served.lastPromotion(of: Self.slow).phase == "Succeeded")
            }
            var edits = "sed -i 's/tag: \"1.0.0\"/tag: \"1.1.0\"/' src/services.yaml\n"
            if event != .nothing {
                edits +=
                    "sed -i '/^svc7:/,/image/s/replicas: 1/replicas: 7/' src/services.yaml; echo theirs >src/theirs"
            }
            #expect(try await rig.difference(from: start, after: edits) == "")
            try await Self.checkCommits(since: start, rig, foreign: event == .nothing ? 0 : 1)
            let arrived = try String(contentsOfFile: "\(rig.repository.path)/arrived", encoding: .utf8)
            // On a busy machine, some services come too late for the push of the others.
            #expect(arrived.split(separator: "\n").count <= 6, "\(arrived)")
        }
    }

    /// The first two pushes wait in the repository, before they move a branch, until they are released.
    ///
    /// `arrived` gets a line for each branch that a push moved. A push must not wait in `post-receive`: Git has answered
    /// before it runs that hook.
    private static func holdPushes(of rig: RuleRig) throws {
        try rig.repository.setHook(
            "pre-receive",
            """
            for n in 1 2; do
                if mkdir held-$n 2>/dev/null; then
                    while [ ! -e release-$n ]; do sleep 0.02; done
                    exit 0
                fi
            done
            """
        )
        try rig.repository.setHook("post-receive", "cat >>arrived")
    }

    private static func release(_ push: Int, in rig: RuleRig) throws {
        try Data().write(to: URL(filePath: "\(rig.repository.path)/release-\(push)"))
    }

    private static func exists(_ name: String, in rig: RuleRig) -> Bool {
        FileManager.default.fileExists(atPath: "\(rig.repository.path)/\(name)")
    }

    /// Each service has one commit, which changes its scalar and nothing else.
    private static func checkCommits(since start: String, _ rig: RuleRig, foreign: Int) async throws {
        let log = try await rig.repository.git(
            "log",
            "--reverse",
            "-p",
            "-U0",
            "--format=commit of %(trailers:key=Hoistway-Stage,valueonly,separator=%x20)",
            "\(start)..main"
        )
        let commits = log.split(separator: "commit of ").map { text in
            text.split(separator: "\n").filter { !$0.hasPrefix("---") && !$0.hasPrefix("+++") }
        }
        var seen: [String] = []
        for lines in commits {
            guard let stage = lines.first.map(String.init), stage.hasPrefix("shop/") else { continue }
            seen.append(stage)
            let name = stage.replacing("shop/", with: "")
            let changes = lines.dropFirst().filter { $0.hasPrefix("-") || $0.hasPrefix("+") }
            let line = { (tag: String) in "  image: {repository: acme/\(name), tag: \"\(tag)\"}   # of \(name)" }
            #expect(changes.map(String.init) == ["-" + line("1.0.0"), "+" + line("1.1.0")], "\(stage)")
        }
        #expect(seen.sorted() == names.map { "shop/\($0)" }.sorted())
        #expect(commits.count == names.count + foreign)
    }
}
