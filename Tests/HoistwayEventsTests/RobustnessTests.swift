import Foundation
import HoistwayEvents
import HoistwayModel
import Testing

/// Whatever is left out of a body, or changed in it, gives events or an error, and never a crash.
struct RobustnessTests {
    @Test(arguments: Fixture.all)
    func `a fixture survives the loss of any key`(_ fixture: Fixture) throws {
        // A form is a JSON body in other clothes; that one is among the others.
        guard !fixture.name.hasSuffix("-form") else { return }
        try Mutations.check(
            sender: fixture.sender,
            headers: fixture.headers,
            body: fixture.body,
            withOtherTypes: true
        )
    }

    @Test(.enabled(if: CorpusEntry.isPresent, "the shared corpus is not here"), arguments: CorpusEntry.supported)
    func `a real payload survives the loss of any key`(_ entry: CorpusEntry) throws {
        try Mutations.check(
            sender: #require(entry.sender),
            headers: entry.headers,
            body: entry.body,
            withOtherTypes: false
        )
    }

    @Test(arguments: Fixture.all)
    func `bytes changed at random do no harm`(_ fixture: Fixture) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = RandomBytesSource(state: seed)
        let body = try fixture.body
        let headers = try fixture.headers
        for _ in 0..<30 {
            var changed = body
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do {
                let events = try EventDecoder.decode(sender: fixture.sender, headers: headers, body: changed)
                #expect(!events.isEmpty, "seed \(seed)")
            } catch {
                #expect(!error.message.isEmpty, "seed \(seed)")
            }
        }
    }
}

private enum Mutations {
    static func check(sender: Sender, headers: [HeaderLine], body: [UInt8], withOtherTypes: Bool) throws {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
        for text in try variants(of: object, depth: 2, withOtherTypes: withOtherTypes) {
            do {
                let events = try EventDecoder.decode(sender: sender, headers: headers, body: Array(text.utf8))
                #expect(!events.isEmpty)
                for event in events { #expect(!InspectLine.json(event).isEmpty) }
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }

    /// Each key left out, null, empty (an array) or of another type: one at a time, down to `depth` levels.
    private static func variants(of object: [String: Any], depth: Int, withOtherTypes: Bool) throws -> [String] {
        let members = try object.map { (key: try text($0.key), value: $0.value, text: try text($0.value)) }
        var result: [String] = []
        for changed in members {
            var values: [String?] = [nil, "null"]
            if changed.value is [Any] { values.append("[]") }
            if withOtherTypes { values.append(changed.value is String ? "7" : "\"text\"") }
            if depth > 1 { values += try inner(changed.value, depth: depth - 1, withOtherTypes: withOtherTypes) }
            for value in values {
                let texts = members.compactMap { member in
                    let text = member.key == changed.key ? value : member.text
                    return text.map { "\(member.key):\($0)" }
                }
                result.append("{\(texts.joined(separator: ","))}")
            }
        }
        return result
    }

    /// The variants of an object, or of an array's first element.
    private static func inner(_ value: Any, depth: Int, withOtherTypes: Bool) throws -> [String] {
        if let object = value as? [String: Any] {
            return try variants(of: object, depth: depth, withOtherTypes: withOtherTypes)
        }
        guard let list = value as? [Any], let first = list.first as? [String: Any] else { return [] }
        let rest = try list.dropFirst().map(text)
        return try variants(of: first, depth: depth, withOtherTypes: withOtherTypes).map {
            "[\(([$0] + rest).joined(separator: ","))]"
        }
    }

    private static func text(_ value: Any) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed), as: UTF8.self)
    }
}

/// SplitMix64, for the same numbers from the same seed.
private struct RandomBytesSource: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
