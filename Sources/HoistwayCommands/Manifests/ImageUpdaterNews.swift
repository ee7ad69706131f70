import HoistwayEngine
import HoistwayModel
import HoistwayPorts
import HoistwaySettings
import ServiceLifecycle

/// Has the manifests of Applications made again when an Application has changed.
struct ImageUpdaterNews: Service {
    /// Changes within this time count as one: many changed Applications cost one making of the manifests.
    static let pause: Duration = .seconds(2)

    let applications: any ApplicationWatch
    let book: ManifestBook
    let news: ManifestNews
    let clock: any WallClock

    func run() async throws {
        await cancelWhenGracefulShutdown { await follow() }
    }

    private func follow() async {
        var known: [ApplicationAddress: ImageUpdaterSeen] = [:]
        for await change in applications.changes() {
            let sources = await book.sources.map(\.source)
            switch change {
            case .all(let cluster):
                known = known.filter { $0.key.cluster != cluster }
                for application in applications.applications(of: cluster) {
                    known[ApplicationAddress(cluster: cluster, key: application.key)] = ImageUpdaterSeen(application)
                }
                await tell(sources.filter { $0.applications?.cluster == cluster })
            case .changed(let address):
                let concerned = sources.filter { $0.applications?.cluster == address.cluster }
                let seen = applications.application(address).flatMap(ImageUpdaterSeen.init)
                guard !concerned.isEmpty, seen != known[address] else { continue }
                known[address] = seen
                await tell(concerned)
            }
        }
    }

    private func tell(_ sources: [ManifestSource]) async {
        guard !sources.isEmpty else { return }
        // After a cancellation this adds the sources at once; nobody reads them then.
        try? await clock.sleep(for: Self.pause)
        news.add(sources)
    }
}

extension ImageUpdaterNews: CustomStringConvertible {
    /// For the log of the group of services.
    var description: String { "image updater" }
}
