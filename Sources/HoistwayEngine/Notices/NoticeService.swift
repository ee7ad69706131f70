import HoistwayModel
import HoistwayPorts
import Logging

/// Sends the notices in the outbox, independent of all other work: no promotion ever waits for a target.
///
/// Each target gets its notices one at a time, in order. A target that does not answer delays only its own. A notice is
/// removed after the target has accepted it, so a crash in between sends it twice, with the same id.
struct NoticeService: Sendable {
    let core: EngineCore

    func run() async {
        await withDiscardingTaskGroup { group in
            // Each target gets one notice at a time.
            let busy = RunningSet<String>()
            while !Task.isCancelled {
                let seen = core.ledger.noticesChanged.count
                let now = core.ports.clock.now()
                let heads = Self.heads(await core.ledger.snapshot)
                var next: Timestamp?
                for notice in heads {
                    if let due = notice.nextTry, !NextTry.isDue(due, now: now) {
                        next = min(next ?? due, due)
                    } else if busy.begin(notice.target) {
                        group.addTask {
                            await send(notice)
                            busy.end(notice.target)
                            // A new look finds the notices that waited behind it.
                            core.ledger.noticesChanged.notify()
                        }
                    }
                }
                await rest(since: seen, until: next.map { $0 - now })
            }
        }
    }

    /// Sends what is due now: each target's notices until one is not accepted.
    func drain() async {
        while true {
            let now = core.ports.clock.now()
            let due = Self.heads(await core.ledger.snapshot).filter { NextTry.isDue($0.nextTry, now: now) }
            guard !due.isEmpty else { return }
            for notice in due { await send(notice) }
        }
    }

    /// The oldest notice of each target.
    private static func heads(_ state: PipelineState) -> [Notice] {
        var heads: [String: Notice] = [:]
        for notice in state.notices.values {
            guard let other = heads[notice.target] else {
                heads[notice.target] = notice
                continue
            }
            if (notice.occurrence.at, notice.id) < (other.occurrence.at, other.id) { heads[notice.target] = notice }
        }
        return heads.values.sorted { $0.target < $1.target }
    }

    private func send(_ notice: Notice) async {
        var fields: [LogKey: String] = [
            .noticeID: notice.id, .noticeTarget: notice.target, .event: notice.occurrence.event.rawValue,
        ]
        fields[.promotionID] = notice.occurrence.promotion?.text
        fields[.deliveryID] = notice.occurrence.delivery.map { String($0) }
        do throws(NotifyFailure) {
            try await core.ports.notifier.send(notice)
            await conclude(notice, with: nil, .sent)
            core.log.info("a notification was sent", metadata: .of(fields))
        } catch {
            guard !Task.isCancelled else { return }
            core.metrics.outsideFailed(error)
            let attempt = notice.attempts + 1
            let pause = Backoff.pause(attempt: attempt, retry: error.retry, random: core.ports.random)
            let again = Outbox.retry(notice, now: core.ports.clock.now(), pause: pause, retry: error.retry)
            fields[.error] = error.description
            fields[.errorKind] = error.kind.label
            fields[.attempts] = String(attempt)
            await conclude(notice, with: again, again == nil ? .givenUp : .retried)
            if again == nil {
                core.log.error("a notification was given up", metadata: .of(fields))
            } else {
                core.log.warning("a notification is sent again later", metadata: .of(fields))
            }
        }
    }

    private func conclude(_ notice: Notice, with again: Notice?, _ result: EngineMetrics.NoticeResult) async {
        core.metrics.notice(result, target: notice.target, configuration: core.configuration)
        var pause = Duration.seconds(1)
        // The target stays busy: an accepted notice must not be sent again each second while the state cannot be
        // written.
        repeat {
            do {
                try await core.ledger.storeUndispatched { transaction in
                    transaction.put(again.map(Change.putNotice) ?? .removeNotice(notice.id))
                }
                return
            } catch {
                core.report(error, "the result of a notification cannot be stored; it is tried again")
                try? await core.ports.clock.sleep(for: pause)  // If cancelled, the loop ends.
                pause = min(pause * 2, .seconds(60))
            }
        } while !Task.isCancelled
    }

    private func rest(since seen: UInt64, until pause: Duration?) async {
        let pause = pause.map { max($0, .milliseconds(10)) }
        await core.ledger.noticesChanged.wait(since: seen, atMost: pause, by: core.ports.clock)
    }
}
