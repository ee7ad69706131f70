package import HoistwayModel
package import HoistwayPorts
import Synchronization

/// Repositories of charts in memory.
package final class InMemoryCharts: ChartRepository {
    private struct State {
        /// By `repoURL name`.
        var listings: [String: ChartListing] = [:]
        var asked: [String] = []
        var failure: ChartFailure?
        var givesDigests = true
    }

    private let state = Mutex(State())

    package init() {}

    /// All requests, in order: `list URL NAME`, `fetch URL NAME VERSION`; with `guarded` at the end where only public
    /// addresses may be reached.
    package var asked: [String] { state.withLock(\.asked) }

    package func publish(_ repoURL: String, _ name: String, _ versions: [String]) {
        state.withLock { state in
            state.listings["\(repoURL) \(name)"] = ChartListing(
                entries: versions.map { .init(version: $0, urls: ["\(name)-\($0).tgz"]) }
            )
        }
    }

    /// Indexes have no digests from now on; a registry always has them.
    package func giveNoDigests() { state.withLock { $0.givesDigests = false } }

    /// From now on every request fails with this; `nil`: none fails.
    package func fail(_ failure: ChartFailure?) { state.withLock { $0.failure = failure } }

    /// The packed chart of a version in this repository.
    package static func packed(_ name: String, _ version: String) -> [UInt8] {
        [0x1F, 0x8B] + Array("\(name) \(version)".utf8)
    }

    package func versions(of chart: ChartSource, project: String) async throws(ChartFailure) -> ChartListing {
        try listing(of: chart, asked: "list")
    }

    package func archive(
        of chart: ChartSource,
        version: String,
        limit: Int,
        project: String
    ) async throws(ChartFailure) -> PackedChart {
        let listing = try listing(of: chart, asked: "fetch", version: " \(version)")
        guard listing.entries.contains(where: { $0.version == version }) else {
            throw ChartFailure(.refused(host: "charts", status: 404, detail: "no \(version)"))
        }
        let name = chart.isOCI ? String(chart.repoURL.split(separator: "/").last ?? "") : chart.name
        guard Self.packed(name, version).count <= limit else {
            throw ChartFailure(.malformed(host: "charts", detail: "its answer has more than \(limit) bytes"))
        }
        return PackedChart(bytes: Self.packed(name, version), isVerified: chart.isOCI || state.withLock(\.givesDigests))
    }

    private func listing(
        of chart: ChartSource,
        asked question: String,
        version: String = ""
    ) throws(ChartFailure) -> ChartListing {
        let (listing, failure) = state.withLock { state in
            let guarded = chart.isNamed ? "" : " guarded"
            let name = chart.name.isEmpty ? "" : " \(chart.name)"
            state.asked.append("\(question) \(chart.repoURL)\(name)\(version)\(guarded)")
            return (state.listings["\(chart.repoURL) \(chart.name)"] ?? ChartListing(), state.failure)
        }
        if let failure { throw failure }
        return listing
    }
}
