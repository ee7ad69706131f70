import HoistwayArgoCD
import HoistwayEngine
import HoistwayModel
import HoistwayPorts
import HoistwayReceiver
import Metrics

/// What is known of the program as a whole.
///
/// - `hoistway_build_info{version}`: always 1; the label is the version.
/// - `hoistway_start_time_seconds`: when it started, in seconds since 1970.
/// - `hoistway_uptime_seconds`: since it started.
/// - `hoistway_resident_memory_bytes{kind}`: `own` (RssAnon), and `files` (RssFile: pages that the kernel can drop).
/// - `hoistway_manifest_sources{state}`: manifests that are followed in Git: `current`, `failing`, `missing`.
/// - `hoistway_samples_failed_total`: scrapes at which the state could not be read; gauges of queues are old then.
struct ProgramMetrics: Sendable {
    private let clock: any WallClock
    private let engine: Engine
    private let receiver: ReceiverServer
    private let book: ManifestBook
    private let clusters: KubernetesClusters
    // Durations come from the clock that nobody sets.
    private let started = ContinuousClock.now
    private let uptime = Gauge(label: "hoistway_uptime_seconds")
    private let ownMemory = Gauge(label: "hoistway_resident_memory_bytes", dimensions: [("kind", "own")])
    private let filePages = Gauge(label: "hoistway_resident_memory_bytes", dimensions: [("kind", "files")])
    private let manifests = ManifestSourceView.State.allCases.map { state in
        (state, Gauge(label: "hoistway_manifest_sources", dimensions: [("state", state.rawValue)]))
    }
    private let failures = Counter(label: "hoistway_samples_failed_total")

    init(
        clock: any WallClock,
        engine: Engine,
        receiver: ReceiverServer,
        book: ManifestBook,
        clusters: KubernetesClusters
    ) {
        self.clock = clock
        self.engine = engine
        self.receiver = receiver
        self.book = book
        self.clusters = clusters
        Gauge(label: "hoistway_build_info", dimensions: [("version", Version.number)]).record(1)
        Gauge(label: "hoistway_start_time_seconds").record(clock.now().seconds)
    }

    /// Called before each scrape.
    @Sendable func sample() async {
        let parts = (ContinuousClock.now - started).components
        uptime.record(Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
        if let memory = ResidentMemory.now() {
            ownMemory.record(memory.own)
            filePages.record(memory.files)
        }
        receiver.sample()
        clusters.sample()
        let states = await book.views.map(\.state)
        for (state, gauge) in manifests { gauge.record(states.count { $0 == state }) }
        do {
            try await engine.sample()
        } catch {
            // Not logged: whoever scrapes sees it, and /readyz says why.
            failures.increment()
        }
    }
}
