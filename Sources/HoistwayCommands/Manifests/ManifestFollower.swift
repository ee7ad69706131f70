import HoistwayEngine
import HoistwayModel
import HoistwayPorts
import HoistwaySettings
import Logging
import ServiceLifecycle

/// Looks at manifests in Git: at the start, when a push is told of, and at each source's interval.
struct ManifestFollower: Service {
    /// Until a source that could not be read, or that a push has announced in vain, is looked at again; doubled each
    /// time, up to its interval.
    static let firstRetry: Duration = .seconds(2)
    /// A reload may bring new sources.
    static let longestRest: Duration = .seconds(60)

    let book: ManifestBook
    let fetch: ManifestFetch
    let engine: Engine
    /// Gives the engine what the pipelines have become.
    let take: @Sendable (LoadedSettings) async throws -> Void
    let log: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown { await follow() }
    }

    private func follow() async {
        var due: [String: Timestamp] = [:]
        var pauses: [String: Duration] = [:]
        let news = engine.core.manifestNews
        while !Task.isCancelled {
            let seen = news.bell.rings
            let told = Set(news.take().map(\.place))
            let now = fetch.clock.now()
            let sources = await book.sources
            let wanted = sources.filter { followed in
                let place = followed.source.place
                return told.contains(place) || Self.isDue(due[place], interval: followed.interval, now: now)
            }
            if !wanted.isEmpty {
                let before = await book.views
                await look(at: wanted)
                let after = await book.views
                for followed in wanted {
                    let place = followed.source.place
                    let isSame = before.first { $0.source == place } == after.first { $0.source == place }
                    // Behind a host's load balancer the push may not be everywhere yet.
                    let isInVain = told.contains(place) && isSame
                    let isDone = await book.isCurrent(followed.source) && !isInVain
                    let pause = isDone ? followed.interval : min(pauses[place] ?? Self.firstRetry, followed.interval)
                    pauses[place] = isDone ? nil : pause * 2
                    due[place] = fetch.clock.now() + pause
                }
            }
            await rest(until: sources.compactMap { due[$0.source.place] }.min(), since: seen)
        }
    }

    private func look(at wanted: [FollowedManifests]) async {
        do {
            try await book.look(at: wanted, with: fetch, take: take)
        } catch {
            guard !Task.isCancelled else { return }
            log.error("new manifests cannot be taken; it is tried again", metadata: .of([.error: "\(error)"]))
        }
    }

    /// Also where the clock was set back after the next look was planned.
    private static func isDue(_ moment: Timestamp?, interval: Duration, now: Timestamp) -> Bool {
        guard let moment else { return true }
        return moment <= now || moment - now > interval
    }

    private func rest(until moment: Timestamp?, since seen: UInt64) async {
        let bell = engine.core.manifestNews.bell
        let pause = moment.map { max($0 - fetch.clock.now(), .milliseconds(100)) } ?? Self.longestRest
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await bell.wait(since: seen) }
            // Cancelled when the bell rings first.
            group.addTask { try? await fetch.clock.sleep(for: min(pause, Self.longestRest)) }
            await group.next()
            group.cancelAll()
        }
    }
}
