import Testing

@testable import HoistwayKubernetes

struct ObjectKeyTests {
    @Test(arguments: ["", ".", "..", "a/b", "a%2fb", "a?b", "a b", String(repeating: "a", count: 254)])
    func `a name that would lead to another URL is none`(_ name: String) {
        #expect(!ObjectKey.isSegment(name))
    }
}
