import HoistwayEdits
import Testing

/// How much a text stands for once its aliases are followed.
struct YAMLWeightTests {
    @Test(arguments: [
        ("a: [1, 2]", 5), ("a: &x [1, 2]\nb: *x", 9), ("--- 1\n--- 2", 2), ("? [a, b]\n: c", 5), ("", 0),
    ])
    func `keys, values and what aliases stand for are counted`(text: String, weight: Int) {
        #expect(YAMLWeight.excess(of: text, values: weight, depth: 64) == nil)
        if weight > 0 { #expect(YAMLWeight.excess(of: text, values: weight - 1, depth: 64) != nil) }
    }

    /// 2 to the power of 40 values in a few hundred bytes.
    @Test(.timeLimit(.minutes(10))) func `a bomb of aliases is told by its line, also in a key`() {
        var text = "x0: &a0 [1, 1]\n"
        for level in 1...40 { text += "x\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        text += "? *a40\n: 1\n"
        guard case .values(let line)? = YAMLWeight.excess(of: text, values: 100_000, depth: 64) else {
            Issue.record("it is no excess")
            return
        }
        #expect((10...20).contains(line))
    }

    @Test func `depth is counted through aliases`() {
        #expect(YAMLWeight.excess(of: "[[[1]]]", values: 100, depth: 3) == nil)
        #expect(YAMLWeight.excess(of: "[[[1]]]", values: 100, depth: 2) == .depth(line: 1))
        #expect(YAMLWeight.excess(of: "a: &x [[1]]\nb: [*x]", values: 100, depth: 4) == nil)
        #expect(YAMLWeight.excess(of: "a: &x [[1]]\nb: [*x]", values: 100, depth: 3) == .depth(line: 2))
    }

    @Test func `what cannot be read is left to a parser to tell`() {
        #expect(YAMLWeight.excess(of: "a: [1, ", values: 100, depth: 3) == nil)
        #expect(YAMLWeight.excess(of: "a: *nowhere", values: 100, depth: 3) == nil)
    }

    /// libyaml compares each directive with all before it.
    @Test func `directives without end are not read, here and by what asks first`() {
        let text = (0..<100_000).map { "%TAG !t\($0)! tag:\($0)\n" }.joined() + "---\na: b\n"
        #expect(YAMLWeight.excess(of: text, values: 100, depth: 3) == .values(line: 1))
        let failure = #expect(throws: UpdateFailure.self) { try DocumentReader.yaml(Array(text.utf8)) }
        #expect(failure?.reason.contains("more than 1000 %TAG directives") == true)
        #expect(YAMLWeight.excess(of: "%TAG !t! tag:x\n---\na: 100%\n", values: 100, depth: 3) == nil)
    }
}
