import HoistwayModel
import Testing

struct FreightAliasTests {
    let id = FreightID("1424c04cccbf0b8a1364cd5fc7651bc989b52cdc")

    @Test func `the same id has the same name each time`() throws {
        let alias = FreightAlias.make(id, taken: [])
        #expect(alias == FreightAlias.make(id, taken: ["other-name"]))
        let words = alias.split(separator: "-")
        #expect(words.count == 2)
        #expect(
            alias.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-") }
        )
    }

    @Test func `taken names are avoided until all are used up, and then still`() {
        var taken: Set<String> = []
        for _ in 0..<(64 * 64) {
            let alias = FreightAlias.make(id, taken: taken)
            #expect(alias.split(separator: "-").count == 2)
            #expect(taken.insert(alias).inserted)
        }
        for _ in 0..<2 {
            let alias = FreightAlias.make(id, taken: taken)
            #expect(taken.insert(alias).inserted)
        }
    }

    @Test func `different ids seldom share a name`() {
        let aliases = Set((0..<100).map { FreightAlias.make(FreightID(String($0, radix: 16)), taken: []) })
        #expect(aliases.count > 90)
    }
}
