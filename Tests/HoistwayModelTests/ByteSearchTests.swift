import Testing

@testable import HoistwayModel

struct ByteSearchTests {
    @Test(arguments: [
        ("", false), ("$", false), ("${", false), ("${{", true), ("a${{", true), ("$${{ x", true), ("${ {", false),
        ("$${$${{", true), (String(repeating: "$", count: 300) + "{{", true),
    ])
    func `bytes are found wherever they stand`(_ text: String, _ isThere: Bool) {
        #expect(text.hasBytes("${{") == isThere)
        #expect(text[...].hasBytes("${{") == isThere)
        #expect("ä\(text)ä".dropFirst().hasBytes("${{") == isThere)
    }

    @Test func `a mark that joins the last letter does not hide it`() {
        #expect("${{\u{301} x }}".hasBytes("${{") && "${{\u{301} x }}".opensExpression)
        #expect("${%\u{200D}".opensExpression && !"$\u{301}{{".opensExpression)
    }

    @Test func `nothing is everywhere`() {
        #expect("".hasBytes("") && "a".hasBytes(""))
    }
}
