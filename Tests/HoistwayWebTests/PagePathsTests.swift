import Testing

@testable import HoistwayWeb

struct PagePathsTests {
    @Test func `all links begin with the path of the public address`() {
        let root = PagePaths(publicURL: nil)
        #expect(root().text == "/")
        #expect(root("projects", "a b").text == "/projects/a%20b")
        for url in ["https://h.example.com/ops/hoistway", "https://h.example.com/ops/hoistway/?x#y"] {
            let below = PagePaths(publicURL: url)
            #expect(below().text == "/ops/hoistway/")
            #expect(
                below("stages", "x/y", query: [("q", "ä&b")], fragment: "z").text
                    == "/ops/hoistway/stages/x%2Fy?q=%C3%A4%26b#z"
            )
        }
        #expect(PagePaths(publicURL: "https://h.example.com").base == "")
        #expect(PagePaths(publicURL: "https://h.example.com/").base == "")
    }

    @Test(arguments: [
        "https://evil.test/", "//evil.test/", "/\\evil.test", "\\\\evil.test", "/ok/../../evil", "/%2e%2E/x", "/.%2e/x",
        "/a//evil", "javascript:alert(1)", "", "a", "/a b", "/a\u{0}", "/a\nSet-Cookie:x", "/ä", "/a#b",
        "/\u{9}/evil.test",
        "/" + String(repeating: "a", count: 2000),
    ])
    func `after signing in nothing leads to another host`(_ next: String) {
        #expect(PagePaths(publicURL: nil).next(next) == nil)
    }

    @Test func `after signing in a page of ours comes back as it was`() {
        #expect(PagePaths(publicURL: nil).next("/projects/a?x=%2Fy&z")?.text == "/projects/a?x=%2Fy&z")
        #expect(PagePaths(publicURL: nil).next("/")?.text == "/")
        let below = PagePaths(publicURL: "https://h.example.com/hoistway")
        #expect(below.next("/hoistway/deliveries")?.text == "/hoistway/deliveries")
        #expect(below.next("/other/") == nil)
        #expect(below.next("/hoistway/../other") == nil)
        #expect(below.next("/hoistwayx") == nil)
    }

    @Test func `fields of a form are read strictly`() {
        let form = FormFields(encoded: "a=1&b=x+y%2B%C3%A4&a=2&empty=&c")
        #expect(form?.all("a") == ["1", "2"])
        #expect(form?.text("a") == nil)
        #expect(form?.text("b") == "x y+ä")
        #expect(form?.text("empty") == nil)
        #expect(form?.text("c") == nil)
        for odd in ["a=%", "a=%4", "a=%zz", "a=%ff", "%ff=a"] { #expect(FormFields(encoded: odd) == nil) }
        #expect(FormFields(encoded: String(repeating: "a&", count: FormFields.maxFields + 1)) == nil)
    }
}
