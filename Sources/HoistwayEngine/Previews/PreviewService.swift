import HoistwayModel
import HoistwayPorts

/// Runs the previews that people ask for, each in its own task; forgets old ones, and ends all when the server stops.
struct PreviewService: Sendable {
    let core: EngineCore
    let book: PreviewBook

    func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let seen = book.arrived.count
                while let entry = book.takeNext() { group.addTask { await run(entry) } }
                // A page that shows a kept preview makes no further requests, so old previews are forgotten here too.
                let clock = core.ports.clock
                let pause = book.forgetOld(now: clock.now())
                _ = await book.arrived.wait(since: seen, atMost: pause, by: clock)
            }
            book.close(now: core.ports.clock.now())
        }
    }

    /// Runs one after the other, until no preview is left.
    func drain() async {
        while let entry = book.takeNext() { await run(entry) }
    }

    private func run(_ entry: PreviewBook.Entry) async {
        let seen = entry.cancelled.count
        // It was cancelled before it began.
        guard (try? book.entry(entry.id, now: core.ports.clock.now()))?.ended == nil else { return }
        await withTaskGroup { group in
            group.addTask { await preview(entry) }
            group.addTask { await entry.cancelled.wait(since: seen) }
            await group.next()
            group.cancelAll()
        }
    }

    private func preview(_ entry: PreviewBook.Entry) async {
        let end: PreviewBook.Ended.End
        do {
            let run = PreviewRun(core: core, record: entry.record, trace: entry.trace)
            end = .outcome(try await Deadline.within(PreviewBook.timeLimit) { try await run.run() })
        } catch is DeadlineExceeded {
            end = .failed("it was not done within \(PreviewBook.timeLimit.inWords)")
        } catch {
            end = Task.isCancelled ? .canceled("it was canceled") : .failed(message(of: error))
        }
        book.end(entry.id, end, at: core.ports.clock.now())
    }
}
