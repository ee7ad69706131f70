import HoistwayEngine
import HoistwayModel
import HoistwayPorts
import HoistwaySettings
import Logging
import ServiceLifecycle

/// Looks at manifests in Git: at the start, after a webhook about a push, and at each source's interval.
struct ManifestFollower: Service {
    /// A reload may bring new sources.
    static let longestRest: Duration = .seconds(60)

    let book: ManifestBook
    let fetch: ManifestFetch
    let engine: Engine
    /// Gives the changed pipelines to the engine.
    let take: @Sendable (LoadedSettings) async throws -> Void
    let log: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown { await follow() }
    }

    /// Each source by itself: a server that does not answer delays no other source.
    private func follow() async {
        let schedule = ManifestSchedule()
        let news = engine.core.manifestNews
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let seen = news.signal.count
                let sources = await book.sources
                let told = news.take().map(\.place)
                for look in await schedule.looks(at: sources, told: told, now: fetch.clock.now()) {
                    group.addTask {
                        let outcome = await self.outcome(of: look)
                        await schedule.note(outcome, of: look, now: fetch.clock.now())
                        news.signal.notify()
                    }
                }
                await rest(until: await schedule.next, since: seen)
            }
        }
    }

    private func outcome(of look: ManifestSchedule.Look) async -> ManifestSchedule.Outcome {
        let source = look.followed.source
        let before = await book.view(of: source)
        do {
            try await book.check(at: source, with: fetch, take: take)
        } catch {
            if !Task.isCancelled {
                log.error(
                    "new manifests cannot be taken; it is tried again",
                    metadata: .of([.error: PlainError.text(of: error)])
                )
            }
            return .failed
        }
        let after = await book.view(of: source)
        guard after?.state == .current else { return .failed }
        return after?.commit == before?.commit && after?.refused == before?.refused ? .unchanged : .changed
    }

    private func rest(until moment: Timestamp?, since seen: UInt64) async {
        let pause = moment.map { max($0 - fetch.clock.now(), .milliseconds(100)) } ?? Self.longestRest
        let signal = engine.core.manifestNews.signal
        await signal.wait(since: seen, atMost: min(pause, Self.longestRest), by: fetch.clock)
    }
}

extension ManifestFollower: CustomStringConvertible {
    /// The log shows every service at the start: without this, it would have all fields of this service.
    var description: String { "manifests" }
}
