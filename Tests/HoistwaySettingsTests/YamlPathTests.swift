import Testing

@testable import HoistwaySettings

struct YamlPathTests {
    @Test func `one path is one text, and shows keys and items as places do`() {
        let root = YamlPath()
        let first = root["spec"]["steps"][1]["uses"]
        #expect(first.text == "spec.steps[1].uses" && first.key == "uses")
        #expect(root["spec"]["steps"][1]["uses"] === first)
        #expect(root["spec"]["steps"][0]["uses"].text == "spec.steps[0].uses")
        #expect(root["a.b"][""].text == "\"a.b\".\"\"")
        #expect(root["spec"]["steps"][1].key.isEmpty)
    }

    @Test func `two spellings of one letter are two keys`() {
        let root = YamlPath()
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        #expect(composed == decomposed, "to Swift they are the same")
        for key in [composed, decomposed, composed] {
            #expect(Array(root[key].key.utf8) == Array(key.utf8))
            #expect(Array(root[key].text.utf8) == Array(key.utf8))
        }
    }
}
