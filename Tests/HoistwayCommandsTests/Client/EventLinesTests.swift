import HoistwayPorts
import Testing

@testable import HoistwayCommands

struct EventLinesTests {
    private static let text = """
        id: 00000000000000aa-7
        event: hello
        data: {"revision":"00000000000000aa-7","version":"1.2.3"}

        :\u{20}
        id: 00000000000000aa-8

        id: 00000000000000aa-9
        event: changed
        data: {"kind":"stage","name":"test","project":"shop","revision":"00000000000000aa-9"}

        event: bye
        data: {"reason":"ended"}


        """

    @Test(arguments: [1, 3, 4096])
    func `events are read whatever pieces the bytes come in`(_ size: Int) throws {
        var lines = EventLines()
        var events: [StreamedEvent] = []
        let bytes = Array(Self.text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            events += try lines.take(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(events.map(\.name) == ["hello", "changed", "bye"])
        #expect(events[1].kind == .stage && events[1].project == "shop" && events[1].object == "test")
        #expect(events[1].id == "00000000000000aa-9" && events[2].reason == "ended")
    }

    @Test func `an id without an event counts as the place of the stream`() throws {
        var lines = EventLines()
        #expect(try lines.take(Array(": \nid: 00000000000000aa-8\n\n".utf8)).isEmpty)
        #expect(lines.lastID == "00000000000000aa-8")
    }

    @Test func `a line without an end is no event stream`() {
        var lines = EventLines()
        #expect(throws: CommandFailure.self) { try lines.take(Array(repeating: UInt8(ascii: "x"), count: 100_000)) }
    }

    @Test func `an event of a kind that this version does not know is read all the same`() throws {
        var lines = EventLines()
        let events = try lines.take(Array("event: changed\ndata: {\"kind\":\"window\"}\n\n".utf8))
        #expect(events == [StreamedEvent(name: "changed")])
    }
}
