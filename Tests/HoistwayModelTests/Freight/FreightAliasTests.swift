import HoistwayModel
import Testing

struct FreightAliasTests {
    let id = FreightID("1424c04cccbf0b8a1364cd5fc7651bc989b52cdc")

    @Test func `the same id has the same name each time`() throws {
        let alias = FreightAlias.make(id, isTaken: { _ in false })
        #expect(alias == FreightAlias.make(id, isTaken: { $0 == "other-name" }))
        let words = alias.split(separator: "-")
        #expect(words.count == 2)
        #expect(
            alias.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-") }
        )
    }

    @Test func `taken names are avoided while there are many, and then still`() {
        var taken: Set<String> = []
        for number in 0..<6000 {
            // Digits of an id are anything but in order.
            let id = FreightID(String((number &* 2_654_435_761) & 0xffff_ffff, radix: 16))
            let alias = FreightAlias.make(id, isTaken: taken.contains)
            if number < 3000 { #expect(alias.split(separator: "-").count == 2) }
            #expect(taken.insert(alias).inserted)
        }
    }

    @Test func `a long name that is taken gives way to the id`() {
        #expect(FreightAlias.make(id) { !$0.hasPrefix("freight-") } == "freight-\(id.text)")
    }

    @Test func `different ids seldom share a name`() {
        let aliases = Set(
            (0..<100).map { FreightAlias.make(FreightID(String($0, radix: 16)), isTaken: { _ in false }) }
        )
        #expect(aliases.count > 90)
    }
}
