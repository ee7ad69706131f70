import FoundationEssentials
import HoistwayModel
import HoistwayPorts

/// One event of the server's stream.
struct StreamedEvent: Sendable, Equatable {
    /// `hello`, `changed`, `removed`, `reset` or `bye`.
    var name: String
    /// The place in the stream after it.
    var id: String?
    var kind: ChangedObject.Kind?
    var project: String?
    /// Of the thing that has changed; `nil`: any of its kind.
    var object: String?
    /// Why the stream ends.
    var reason: String?
}

/// Reads server-sent events out of the bytes of a stream: <https://html.spec.whatwg.org/multipage/server-sent-events.html>.
struct EventLines {
    /// The limit for one event, in bytes.
    ///
    /// Our server sends much shorter ones.
    private static let maxEvent = 64 * 1024

    private var line: [UInt8] = []
    private var name = ""
    private var data = ""
    /// Of the last line `id:`, which counts without an event too.
    private(set) var lastID: String?

    /// The events that have ended with these bytes.
    mutating func take(_ bytes: some Sequence<UInt8>) throws(CommandFailure) -> [StreamedEvent] {
        var events: [StreamedEvent] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                guard line.count + data.utf8.count <= Self.maxEvent else {
                    throw .failed("the event stream makes no sense to this version")
                }
                continue
            }
            if let event = end(
                String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line[...], as: UTF8.self)
            ) {
                events.append(event)
            }
            line.removeAll(keepingCapacity: true)
        }
        return events
    }

    private mutating func end(_ line: String) -> StreamedEvent? {
        if line.isEmpty {
            defer { (name, data) = ("", "") }
            return name.isEmpty ? nil : event
        }
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count == 2 ? String(parts[1].hasPrefix(" ") ? parts[1].dropFirst() : parts[1]) : ""
        switch parts[0] {
        case "id": lastID = value
        case "event": name = value
        case "data": data += value
        default: break
        }
        return nil
    }

    private var event: StreamedEvent {
        var event = StreamedEvent(name: name, id: lastID)
        guard let value = try? JSONDecoder().decode(PlainJSON.self, from: Data(data.utf8)).value else { return event }
        event.kind = value["kind"]?.string.flatMap { ChangedObject.Kind(rawValue: $0) }
        event.project = value["project"]?.string
        event.object = value["name"]?.string
        event.reason = value["reason"]?.string
        return event
    }
}
