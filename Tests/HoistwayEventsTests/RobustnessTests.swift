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
        try Mutations.check(sender: fixture.sender, headers: fixture.headers, body: fixture.body)
    }

    @Test(.enabled(if: CorpusEntry.isPresent, "the shared corpus is not here"), arguments: CorpusEntry.supported)
    func `a real payload survives the loss of any key`(_ entry: CorpusEntry) throws {
        try Mutations.check(sender: #require(entry.sender), headers: entry.headers, body: entry.body)
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
    static func check(sender: Sender, headers: [HeaderLine], body: [UInt8]) throws {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
        for changed in changes(of: object) {
            let bytes = Array(try JSONSerialization.data(withJSONObject: changed))
            do {
                let events = try EventDecoder.decode(sender: sender, headers: headers, body: bytes)
                #expect(!events.isEmpty)
                for event in events { #expect(!InspectLine.json(event).isEmpty) }
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }

    /// Each key of the top two levels left out, null, of another type, and each array empty.
    private static func changes(of object: [String: Any]) -> [[String: Any]] {
        var result: [[String: Any]] = []
        for (key, value) in object {
            result += replacements(for: value).map { merged(object, key, $0) }
            result += innerChanges(of: value).map { merged(object, key, $0) }
        }
        return result
    }

    private static func innerChanges(of value: Any) -> [Any] {
        if let object = value as? [String: Any] {
            return object.flatMap { key, value in
                replacements(for: value).map { merged(object, key, $0) as Any }
            }
        }
        guard let list = value as? [Any], let first = list.first as? [String: Any] else { return [] }
        return first.flatMap { key, value in
            replacements(for: value).map { [merged(first, key, $0)] + list.dropFirst() as Any }
        }
    }

    private static func merged(_ object: [String: Any], _ key: String, _ value: Any?) -> [String: Any] {
        var copy = object
        copy[key] = value
        return copy
    }

    private static func replacements(for value: Any) -> [Any?] {
        [nil, NSNull(), value is [Any] ? [Any]() : value is String ? 7 : "text"]
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
