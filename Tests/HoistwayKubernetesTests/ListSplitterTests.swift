import Testing

@testable import HoistwayKubernetes

struct ListSplitterTests {
    private func split(_ text: String, step: Int, limit: Int = 1 << 20) throws -> (items: [String], rest: String) {
        var splitter = ListSplitter(maxObject: limit)
        var items: [[UInt8]] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            let piece = Array(bytes[start..<min(start + step, bytes.count)])
            items += try piece.withUnsafeBytes { raw throws(ListSplitter.Failure) in try splitter.feed(raw) }
        }
        let rest = try splitter.finish()
        return (items.map { String(decoding: $0, as: UTF8.self) }, String(decoding: rest, as: UTF8.self))
    }

    @Test(arguments: [1, 2, 3, 7, 64, 100_000])
    func `a list is parted into its objects, wherever its pieces end`(_ step: Int) throws {
        let items = [Widget.json("a"), Widget.json("b", size: 2), "{}"]
        let found = try split(Widget.list(items, version: "7", next: "more"), step: step)
        #expect(found.items == items)
        #expect(found.rest == Widget.list([], version: "7", next: "more"))
    }

    @Test func `the metadata may stand before the objects, and objects may be absent`() throws {
        let text = "{\"metadata\":{\"resourceVersion\":\"7\"}, \"x\":\"items\", \"items\" : [ {\"a\":[]} , {} ] }\n"
        #expect(try split(text, step: 5).items == ["{\"a\":[]}", "{}"])
        #expect(try split("{\"items\":null,\"metadata\":{}}", step: 4).items == [])
        #expect(try split("{\"metadata\":{}}", step: 4).items == [])
        // Of the list itself only.
        #expect(try split("{\"metadata\":{\"items\":[{}]},\"items\":[]}", step: 4).items == [])
    }

    @Test(arguments: [
        "", "<html>", "[]", "{\"items\":[1]}", "{\"items\":[\"a\"]}", "{\"items\":[[{}]]}", "{}{}", "{}]", "nothing",
    ])
    func `what is no list is refused`(_ text: String) {
        #expect(throws: ListSplitter.Failure.notAList) { try split(text, step: 3) }
    }

    @Test func `a list that ends in its middle is told`() {
        let text = Widget.list([Widget.json("a")], version: "7")
        for length in 1..<text.utf8.count {
            #expect(throws: ListSplitter.Failure.cut) { try split(String(text.prefix(length)), step: 50) }
        }
    }

    @Test func `an object that is too large, and depth without end, are refused`() {
        #expect(throws: ListSplitter.Failure.objectTooLarge) {
            try split(Widget.list([Widget.json("a", padding: 5000)], version: "7"), step: 100, limit: 4000)
        }
        #expect(throws: ListSplitter.Failure.notAList) {
            try split("{\"items\":[{\"a\":" + String(repeating: "[", count: 100_000), step: 4096)
        }
        #expect(throws: ListSplitter.Failure.restTooLarge) {
            try split("{\"a\":\"" + String(repeating: "x", count: 2 << 20), step: 4096)
        }
    }
}
