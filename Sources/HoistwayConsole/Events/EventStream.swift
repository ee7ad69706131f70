import HoistwayModel
import HoistwayPorts
import Hummingbird
import NIOCore

/// One event stream, from `hello` to `bye`.
struct EventStream {
    /// The most changes in one write.
    private static let batch = 100

    let options: EventStreams.Options
    let lease: EventStreams.Lease
    let feed: ChangeFeed
    let pace: EventStreams.Pace
    let channel: any Channel
    let sees: @Sendable (ChangedObject) -> Bool
    let isStillThere: @Sendable () async -> Bool

    init(
        options: EventStreams.Options,
        lease: EventStreams.Lease,
        feed: ChangeFeed,
        pace: EventStreams.Pace,
        channel: any Channel,
        sees: @escaping @Sendable (ChangedObject) -> Bool,
        isStillThere: @escaping @Sendable () async -> Bool
    ) {
        self.options = options
        self.lease = lease
        self.feed = feed
        self.pace = pace
        self.channel = channel
        self.sees = sees
        self.isStillThere = isStillThere
    }

    @concurrent
    func run(to writer: inout any ResponseBodyWriter, version: String) async throws {
        var position = options.isLost ? Revision(epoch: ~feed.epoch, number: 0) : options.after ?? feed.revision
        var left = options.limit ?? .max
        var looked = ContinuousClock.now
        var written = looked
        let end = options.timeout.map { ContinuousClock.now + .seconds($0) }
        // Its id is the client's position: a client that has received only this event continues from here.
        try await write(
            event("hello", ["version": .string(version), "revision": .string("\(feed.revision)")], id: position),
            to: &writer
        )
        while true {
            if lease.isGone { return }
            if let reason = lease.end { return try await bye(reason, position, to: &writer) }
            if left == 0 { return try await bye(.limit, position, to: &writer) }
            if let end, end <= .now { return try await bye(.timeout, position, to: &writer) }
            if looked + pace.look <= .now {
                guard await isStillThere() else { return try await bye(.ended, position, to: &writer) }
                looked = .now
            }
            switch feed.read(after: position, limit: Self.batch) {
            case .lost:
                position = feed.revision
                try await write(event("reset", ["revision": .string("\(position)")], id: position), to: &writer)
                written = .now
                left -= 1
            case .changes(let changes) where changes.isEmpty:
                if written + pace.comment <= .now {
                    // So a client that reconnects does not read again the events that it may not see.
                    try await write(": \nid: \(position)\n\n", to: &writer)
                    written = .now
                }
                let next = min(looked + pace.look, written + pace.comment)
                await wait(beyond: position.number, until: end.map { min($0, next) } ?? next)
            case .changes(let changes):
                var text = ""
                for change in changes where left > 0 {
                    position.number = change.number
                    guard sees(change.object) else { continue }
                    text += line(of: change)
                    left -= 1
                }
                guard !text.isEmpty else { continue }
                try await write(text, to: &writer)
                written = .now
            }
        }
    }

    /// Waits for a change, the end of the stream, or this time.
    private func wait(beyond number: UInt64, until time: ContinuousClock.Instant) async {
        await withTaskGroup(of: Void.self) { [feed, lease] group in
            group.addTask { await feed.wait(beyond: number) }
            group.addTask { await lease.wait() }
            // Cancelled as soon as another task has ended.
            group.addTask { try? await Task.sleep(until: time) }
            await group.next()
            group.cancelAll()
        }
    }

    @concurrent
    private func bye(
        _ reason: EventStreams.End,
        _ position: Revision,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        try await write(event("bye", ["reason": .string(reason.rawValue)], id: position), to: &writer)
    }

    /// Closes the connection of a client that does not read.
    @concurrent
    private func write(_ text: String, to writer: inout any ResponseBodyWriter) async throws {
        let limit = TimeAmount.milliseconds(Int64(pace.patience / .milliseconds(1)))
        let alarm = channel.eventLoop.scheduleTask(in: limit) { [channel] in channel.close(promise: nil) }
        defer { alarm.cancel() }
        try await writer.write(ByteBuffer(string: text))
    }

    // MARK: The text of events

    private func line(of change: ChangeEvent) -> String {
        let id = Revision(epoch: feed.epoch, number: change.number)
        var data: [String: ConfigValue] = ["kind": .string(change.object.kind.rawValue), "revision": .string("\(id)")]
        data["project"] = change.object.project.map { .string($0) }
        data["name"] = change.object.name.map { .string($0) }
        return event(change.isRemoved ? "removed" : "changed", data, id: id)
    }

    private func event(_ name: String, _ data: [String: ConfigValue], id: Revision) -> String {
        "id: \(id)\nevent: \(name)\ndata: \(APICoding.line(PlainJSON(.map(data))))\n\n"
    }
}
