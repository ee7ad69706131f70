import Foundation
import HoistwayStore
import Testing

/// The encoder of records writes what `JSONDecoder` reads as the same value.
struct RecordEncoderTests {
    private enum Phase: String, Codable { case running, done }

    private enum Actor: Codable, Equatable {
        case person(String)
        case automatic
        case several(first: Int, others: [String])
    }

    private struct Name: Codable, Hashable {
        var text: String

        init(_ text: String) { self.text = text }
        init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }
        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(text)
        }
    }

    private struct Empty: Codable, Equatable {}

    private struct Record: Codable, Equatable {
        var phase = Phase.running
        var actors = [
            Actor.person("ada"), .automatic, .several(first: -1, others: []), .several(first: 2, others: [""]),
        ]
        var least = Int64.min
        var most = UInt64.max
        var small: [Int8] = [-128, 0, 127]
        var ratios = [0.1, -3, 1e300, .leastNonzeroMagnitude, 1.0 / 3]
        var short: Float = 2.5
        var flags = [true, false]
        var absent: Int?
        var present: Int? = 7
        var holes: [Int?] = [1, nil, 3]
        var empty = Empty()
        var empties = [Empty(), Empty()]
        var deep: [[[Int]]] = [[], [[], [1]], [[2, 3], []]]
        var byText = ["a \"b\"": Name("x"), "": Name("y")]
        var byNumber = [3: "c", -4: "d"]
        var byName = [Name("k"): 2]
        var texts: [String] = []
    }

    @Test func `values of all shapes are read as they were written`() throws {
        var record = Record()
        // Every control character, and the ends of the ranges of UTF-8.
        record.texts = (0...0x20).compactMap { Unicode.Scalar($0).map { String(Character($0)) } }
        record.texts += [
            "\"", "\\", "/", "\u{7f}", "\u{80}", "\u{7ff}", "\u{800}", "\u{ffff}", "\u{10ffff}", "e\u{301}", "🎉",
        ]
        let data = try RecordEncoder().encode(record)
        #expect(try JSONDecoder().decode(Record.self, from: data) == record)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try encoder.encode(JSONDecoder().decode(Record.self, from: data)) == encoder.encode(record))
    }

    @Test(arguments: [[], ["one"], ["one", "two\nthree"]])
    func `a list is a whole document too`(_ list: [String]) throws {
        #expect(try JSONDecoder().decode([String].self, from: RecordEncoder().encode(list)) == list)
    }

    @Test func `a number that JSON does not have is refused`() {
        #expect(throws: EncodingError.self) { try RecordEncoder().encode([Double.nan]) }
        #expect(throws: EncodingError.self) { try RecordEncoder().encode([Float.infinity]) }
    }
}
