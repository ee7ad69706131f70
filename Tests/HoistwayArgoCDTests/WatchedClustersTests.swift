import HoistwayModel
import HoistwayPorts
import Synchronization
import Testing

@testable import HoistwayArgoCD

/// What is kept of the Applications, and how it stands.
struct WatchedClustersTests {
    private static func application(_ name: String, _ namespace: String = "argocd") -> Application {
        Application(
            key: ApplicationKey(namespace: namespace, name: name),
            sources: [ApplicationSource(repoURL: "https://git.example.com/acme/deploy")]
        )
    }

    private static func address(_ name: String, _ namespace: String = "argocd") -> ApplicationAddress {
        ApplicationAddress(cluster: "main", key: ApplicationKey(namespace: namespace, name: name))
    }

    private static let current = WatchedClusters.NamespaceState(standing: .current, isListed: true)

    private static func broken(isForbidden: Bool = false) -> WatchedClusters.NamespaceState {
        WatchedClusters.NamespaceState(
            standing: .broken(since: Timestamp(seconds: 1), reason: "no"),
            isListed: true,
            isForbidden: isForbidden
        )
    }

    @Test func `all are given in the order of their keys, whatever comes and goes`() {
        let watched = WatchedClusters()
        let generation = watched.begin("main")
        for name in ["c", "a", "d", "b", "a"] { watched.put(Self.application(name), of: "main", generation) }
        watched.put(Self.application("z", "apps"), of: "main", generation)
        watched.remove(Self.address("c").key, of: "main", generation)
        #expect(
            watched.applications(of: "main").map(\.key.description) == ["apps/z", "argocd/a", "argocd/b", "argocd/d"]
        )
        #expect(watched.application(Self.address("a")) == Self.application("a"))
        #expect(watched.application(Self.address("c")) == nil)
        #expect(watched.counts.map(\.applications) == [4])
        #expect(watched.applications(of: "edge").isEmpty && watched.standing(of: "edge") == .absent)
    }

    @Test func `the first list is told once, and changes after it one by one`() async {
        let watched = WatchedClusters()
        let generation = watched.begin("main")
        #expect(watched.add("argocd", of: "main"))
        #expect(!watched.add("argocd", of: "main"))
        var news = watched.changes().makeAsyncIterator()
        for name in ["a", "b"] { watched.put(Self.application(name), of: "main", generation) }
        #expect(watched.standing(of: "main") == .starting)
        watched.note(Self.current, "argocd", of: "main", generation)
        #expect(watched.standing(of: "main") == .current)
        #expect(await news.next() == .all(cluster: "main"))
        watched.put(Self.application("b"), of: "main", generation)
        #expect(await news.next() == .changed(Self.address("b")))
        watched.remove(Self.address("none").key, of: "main", generation)
        watched.remove(Self.address("a").key, of: "main", generation)
        #expect(await news.next() == .changed(Self.address("a")))
    }

    @Test func `a namespace that is closed to us does not make the cluster broken`() {
        let watched = WatchedClusters()
        let generation = watched.begin("main")
        for namespace in ["argocd", "apps"] { _ = watched.add(namespace, of: "main") }
        watched.note(Self.current, "argocd", of: "main", generation)
        #expect(watched.standing(of: "main") == .starting)
        watched.note(Self.broken(isForbidden: true), "apps", of: "main", generation)
        #expect(watched.standing(of: "main") == .current)
        #expect(watched.standing(of: "main", in: "apps") == .broken(since: Timestamp(seconds: 1), reason: "no"))
        watched.note(Self.broken(), "argocd", of: "main", generation)
        #expect(watched.standing(of: "main") == .broken(since: Timestamp(seconds: 1), reason: "no"))
    }

    @Test func `an Application of a namespace that nobody follows has it followed`() {
        let watched = WatchedClusters()
        let asked = Mutex<[String]>([])
        watched.onUnknownNamespace { cluster, namespace in asked.withLock { $0.append("\(cluster) \(namespace)") } }
        _ = watched.begin("main")
        _ = watched.add("argocd", of: "main")
        _ = watched.application(Self.address("a"))
        _ = watched.application(Self.address("a", "apps"))
        _ = watched.application(ApplicationAddress(cluster: "none", key: Self.address("a").key))
        #expect(asked.withLock { $0 } == ["main apps"])
    }

    @Test func `what a follower of a former configuration says comes too late`() {
        let watched = WatchedClusters()
        let old = watched.begin("main")
        watched.put(Self.application("a"), of: "main", old)
        let new = watched.begin("main")
        watched.put(Self.application("b"), of: "main", old)
        #expect(watched.applications(of: "main").isEmpty)
        watched.put(Self.application("c"), of: "main", new)
        #expect(watched.applications(of: "main").map(\.key.name) == ["c"])
        watched.end("main")
        watched.put(Self.application("d"), of: "main", new)
        #expect(watched.standing(of: "main") == .absent && watched.counts.isEmpty)
    }
}
