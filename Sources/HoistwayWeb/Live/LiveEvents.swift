import HoistwayConsole
import HoistwayModel
import HoistwayPorts
import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization

/// `/live/events`: what changes, as it changes, for the script of pages.
///
/// The events are those of the API's stream; who may see them is decided by the session's token.
final class LiveEvents: Sendable {
    /// How many streams one token has at most, and all together.
    static let mostOfToken = 8
    static let most = 128
    /// How long nothing is written at most.
    private static let pause = Duration.seconds(15)
    /// How soon an ended session ends its stream.
    private static let look = Duration.seconds(1)
    private static let batch = 100

    private let web: WebPages
    private let feed: ChangeFeed
    private let open = Mutex<[String: Int]>([:])

    init(web: WebPages, feed: ChangeFeed) {
        self.web = web
        self.feed = feed
    }

    func response(_ request: PageRequest) async throws -> Response {
        let name = request.caller.name
        let isFree = open.withLock { open in
            guard open.values.reduce(0, +) < Self.most, open[name, default: 0] < Self.mostOfToken else { return false }
            open[name, default: 0] += 1
            return true
        }
        guard isFree else { return Response(status: .serviceUnavailable, headers: [.retryAfter: "5"]) }
        let start = request.query.text("after").flatMap { Revision($0) } ?? feed.revision
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store, no-transform"]
        headers[PageHeaders.name("X-Accel-Buffering")] = "no"
        let lease = Lease { [self] in open.withLock { $0[name, default: 1] -= 1 } }
        // Who goes from page to page opens a stream at each: the place of one left behind is free at once.
        await request.connection.whenClosed { [weak lease] in lease?.leave() }
        let body = ResponseBody(asyncSequence: Chunks(events: self, request: request, start: start, lease: lease))
        return Response(status: .ok, headers: headers, body: body)
    }

    /// Gives the place of a stream back, once: when its client leaves, or when nothing of the stream is left.
    private final class Lease: Sendable {
        private let end: Mutex<(@Sendable () -> Void)?>

        init(_ end: @escaping @Sendable () -> Void) {
            self.end = Mutex(end)
        }

        deinit { leave() }

        var isOver: Bool { end.withLock { $0 == nil } }

        func leave() {
            let left = end.withLock { end in
                defer { end = nil }
                return end
            }
            left?()
        }
    }

    /// The stream as its client takes it: nothing is made before the last piece was taken.
    private struct Chunks: AsyncSequence, Sendable {
        let events: LiveEvents
        let request: PageRequest
        let start: Revision
        let lease: Lease

        func makeAsyncIterator() -> Iterator {
            Iterator(events: events, request: request, position: start, lease: lease)
        }

        struct Iterator: AsyncIteratorProtocol {
            let events: LiveEvents
            let request: PageRequest
            var position: Revision
            let lease: Lease
            var written: ContinuousClock.Instant?
            var isOver = false

            mutating func next() async throws -> ByteBuffer? {
                guard !isOver else { return nil }
                guard written != nil else {
                    written = .now
                    return events.event("hello", "\"version\":\"\(events.web.configuration.version)\"", position)
                }
                while !lease.isOver, !Task.isCancelled, !Task.isShuttingDownGracefully {
                    if let chunk = try await events.chunk(after: &position, request, written: written ?? .now) {
                        written = .now
                        isOver = chunk.isLast
                        return chunk.bytes
                    }
                }
                return nil
            }
        }
    }

    /// What is to be written now; `nil`: nothing yet.
    private func chunk(
        after position: inout Revision,
        _ request: PageRequest,
        written: ContinuousClock.Instant
    ) async throws -> (bytes: ByteBuffer, isLast: Bool)? {
        switch feed.read(after: position, limit: Self.batch) {
        case .lost:
            position = feed.revision
            return (event("reset", "", position), false)
        case .changes(let changes) where changes.isEmpty:
            await wait(beyond: position.number)
            guard try await web.sessions.isOpen(request.visitor.session) else {
                return (event("bye", "\"reason\":\"ended\"", position), true)
            }
            let isQuiet = ContinuousClock.now - written >= Self.pause
            return isQuiet ? (ByteBuffer(string: ": \nid: \(position)\n\n"), false) : nil
        case .changes(let changes):
            var text = ""
            for change in changes {
                position.number = change.number
                guard sees(change.object, request.caller) else { continue }
                text += line(change)
            }
            return text.isEmpty ? nil : (ByteBuffer(string: text), false)
        }
    }

    private func wait(beyond number: UInt64) async {
        await withTaskGroup(of: Void.self) { [feed] group in
            group.addTask { await feed.wait(beyond: number) }
            group.addTask { try? await Task.sleep(for: Self.look) }  // Cancelled where a change came first.
            await group.next()
            group.cancelAll()
        }
    }

    private func sees(_ object: ChangedObject, _ caller: Caller) -> Bool {
        switch object.kind {
        case .configuration: true
        case .audit, .token: caller.role == .admin && caller.project == nil
        case .delivery:
            object.receiver.map {
                ReceiverVisibility(projects: web.configuration.projectsOfReceiver).sees(caller, receiver: $0)
            } ?? (caller.project == nil)
        case .stage, .freight, .promotion, .warehouse, .preview, .project:
            object.project.map { caller.sees(project: $0) } ?? true
        }
    }

    private func line(_ change: ChangeEvent) -> String {
        let id = Revision(epoch: feed.epoch, number: change.number)
        var fields = "\"kind\":\"\(change.object.kind.rawValue)\""
        if let project = change.object.project { fields += ",\"project\":\(Self.json(project))" }
        if let name = change.object.name { fields += ",\"name\":\(Self.json(name))" }
        return text(change.isRemoved ? "removed" : "changed", fields, id)
    }

    private func event(_ name: String, _ fields: String, _ id: Revision) -> ByteBuffer {
        ByteBuffer(string: text(name, fields, id))
    }

    private func text(_ name: String, _ fields: String, _ id: Revision) -> String {
        "id: \(id)\nevent: \(name)\ndata: {\(fields)}\n\n"
    }

    /// A JSON string: what could end it, or the line, is written as `\uXXXX`.
    private static func json(_ text: String) -> String {
        var made = "\""
        for unit in text.utf16 {
            if unit < 0x20 || unit == 0x22 || unit == 0x5C || unit >= 0x7F {
                let digits = String(unit, radix: 16)
                made += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                made.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            }
        }
        return made + "\""
    }
}
