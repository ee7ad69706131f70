import HoistwayModel
import HoistwayPorts
import Logging

/// Sends commit statuses, independent of all other work: no promotion ever waits for one.
///
/// Statuses are derived from the state, so that a crash loses nothing important. Each host gets the statuses of a
/// project one at a time, in its own task. So a host that does not answer delays only its own.
struct StatusService: Sendable {
    let core: EngineCore

    func run() async {
        await withDiscardingTaskGroup { group in
            let busy = RunningSet<ForgePlace>()
            while !Task.isCancelled {
                let seen = core.statuses.changed.count
                await core.takeStatusNews()
                for place in core.statuses.places where busy.begin(place) {
                    group.addTask {
                        await StatusLane(core: core, place: place).run()
                        busy.end(place)
                        // A new look finds statuses that came in between.
                        core.statuses.changed.notify()
                    }
                }
                await core.statuses.changed.wait(since: seen)
            }
        }
    }

    /// Sends what is due now: for tests.
    func drain() async {
        await core.takeStatusNews()
        for place in core.statuses.places { await StatusLane(core: core, place: place).drain() }
    }
}

/// Sends the statuses of one project to one host until the queue is empty.
struct StatusLane: Sendable {
    /// After this time a status is given up.
    static let maxAge: Duration = .seconds(24 * 3600)

    let core: EngineCore
    let place: ForgePlace

    func run() async {
        while !Task.isCancelled {
            let seen = core.statuses.changed.count
            let now = core.ports.clock.now()
            switch core.statuses.next(at: place, now: now) {
            case .nothing: return
            case .send(let entry): await send(entry)
            case .later(let due):
                let pause = max(due - now, .milliseconds(10))
                await core.statuses.changed.wait(since: seen, atMost: pause, by: core.ports.clock)
            }
        }
    }

    /// Sends the statuses that are due now.
    func drain() async {
        while case .send(let entry) = core.statuses.next(at: place, now: core.ports.clock.now()) { await send(entry) }
    }

    private func send(_ entry: StatusBook.Waiting) async {
        let report = entry.report
        // In between the configuration may have changed, or the host has refused another status of the repository.
        guard let forges = core.ports.forges, core.sendsStatuses(of: report.place.stage),
            !core.refusedStatuses.contains(report.place, now: core.ports.clock.now())
        else { return core.statuses.remove(report, at: place) }
        let forge: any Forge
        do throws(ForgeFailure) {
            forge = try forges.forge(
                report.repoURL,
                provider: nil,
                project: report.place.stage.project,
                insecureSkipTLSVerify: false
            )
        } catch {
            // No request was sent: only another configuration can change that.
            return giveUp(entry, error, isForGood: true)
        }
        do throws(ForgeFailure) {
            try await forge.set(report.status, on: report.place.commit)
            core.statuses.sent(report, at: place, now: core.ports.clock.now())
            count(.sent)
            var fields = report.logFields
            fields[.summary] = "\(report.status.state.rawValue): \(report.status.description)"
            core.log.debug("a commit status was set", metadata: .of(fields))
        } catch {
            guard !Task.isCancelled else { return }
            core.metrics.outsideFailed(error)
            settle(entry, error)
        }
    }

    private func settle(_ entry: StatusBook.Waiting, _ failure: ForgeFailure) {
        let now = core.ports.clock.now()
        let tries = entry.tries + 1
        let isLast =
            switch failure.retry {
            case .never: true
            case .few: tries > Trouble.pausesAfterRefusals.count
            default: now - entry.since >= Self.maxAge
            }
        if isLast { return giveUp(entry, failure, isForGood: false) }
        switch failure {
        case .unreachable, .limited:
            let attempt = core.statuses.failures(of: place) + 1
            var pause = Backoff.pause(attempt: attempt, retry: failure.retry, random: core.ports.random)
            // A quota may be renewed only after an hour; the forge waits for that, and sends no requests.
            if case .limited(_, let named?) = failure { pause = max(pause, named) }
            core.statuses.putOff(entry, at: place, until: now + pause, ofHost: true, counts: true)
        default:
            let pause =
                failure.retry == .few
                ? Trouble.pausesAfterRefusals[tries - 1]
                : Backoff.pause(attempt: tries, retry: failure.retry, random: core.ports.random)
            core.statuses.putOff(
                entry,
                at: place,
                until: now + pause,
                ofHost: false,
                counts: failure.retry.isTry
            )
        }
        count(.retried)
    }

    private func giveUp(_ entry: StatusBook.Waiting, _ failure: ForgeFailure, isForGood: Bool) {
        core.statuses.remove(entry.report, at: place)
        count(.givenUp)
        var fields = entry.report.logFields
        fields[.error] = failure.message
        fields[.errorKind] = failure.kind.label
        var metadata = Logger.Metadata.of(fields)
        metadata["hint"] = failure.hint.map { .string($0) }
        let now = core.ports.clock.now()
        switch failure {
        case _ where isForGood, .unsupported:
            core.refusedStatuses.insert(entry.report.place, isForGood: true, now: now)
            core.log.warning("no commit statuses are sent to this repository", metadata: metadata)
        case .unauthenticated, .forbidden:
            core.refusedStatuses.insert(entry.report.place, isForGood: false, now: now)
            core.log.error("no commit statuses are sent to this repository for an hour", metadata: metadata)
        default: core.log.error("a commit status was given up", metadata: metadata)
        }
    }

    private func count(_ result: EngineMetrics.StatusResult) {
        core.metrics.status(result, project: place.project, configuration: core.configuration)
    }
}
