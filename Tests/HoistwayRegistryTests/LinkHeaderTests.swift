import HoistwayCrypto
import HoistwayModel
import Testing

@testable import HoistwayRegistry

/// T9: links of pages, by RFC 8288 and RFC 3986.
struct LinkHeaderTests {
    @Test(arguments: [
        (#"</a>; rel="next""#, [LinkHeader(target: "/a", relations: ["next"])]),
        ("</a>;rel=next", [LinkHeader(target: "/a", relations: ["next"])]),
        ("</a>", [LinkHeader(target: "/a")]),
        ("<>", [LinkHeader(target: "")]),
        (#"</a> ; REL = "Next  last" "#, [LinkHeader(target: "/a", relations: ["next", "last"])]),
        (#"</a>; rel="prev"; rel="next""#, [LinkHeader(target: "/a", relations: ["prev"])]),
        (#"</a>; title="x; rel=\"next\", </b>"; rel=next"#, [LinkHeader(target: "/a", relations: ["next"])]),
        (#"</a,b;c>; rel=next"#, [LinkHeader(target: "/a,b;c", relations: ["next"])]),
        (
            #"</a>; rel=prev , , </b>; rel="next"; type=json,"#,
            [LinkHeader(target: "/a", relations: ["prev"]), LinkHeader(target: "/b", relations: ["next"])]
        ),
        (#"</a>; rel; x"#, [LinkHeader(target: "/a", relations: [])]),
        (#"</a>;; rel=next;"#, [LinkHeader(target: "/a", relations: ["next"])]),
        (#"</a>; anchor="/b"; rel=next"#, [LinkHeader(target: "/a", relations: ["next"], anchor: "/b")]),
        (#"</a>; title*=UTF-8''x%2C; rel=next"#, [LinkHeader(target: "/a", relations: ["next"])]),
        ("", []), (" , ", []),
    ])
    func `links are read with their parameters`(_ header: String, _ expected: [LinkHeader]) {
        #expect(LinkHeader.parse([header]) == expected)
    }

    @Test(arguments: [
        "garbage", "</a", #"</a>; rel="next"#, "</a> </b>", "</a>; rel=", "</a>; rel=next </b>", #"</a>; rel="x\"#,
        "rel=next", "</a>; rel=next;=x", "\"</a>; rel=next\"",
    ])
    func `a header that cannot be read to its end is no list of links`(_ header: String) {
        #expect(LinkHeader.parse([header]) == nil)
    }

    /// <https://www.rfc-editor.org/rfc/rfc3986#section-5.4>, with http and without the dots above the root.
    @Test(arguments: [
        ("http://a/b/c/g", "g"), ("http://a/b/c/g", "./g"), ("http://a/b/c/g/", "g/"), ("http://a/g", "/g"),
        ("http://g/", "//g"), ("http://a/b/c/d;p?y", "?y"), ("http://a/b/c/g?y", "g?y"), ("http://a/b/c/d;p?q", "#s"),
        ("http://a/b/c/g", "g#s"), ("http://a/b/c/;x", ";x"), ("http://a/b/c/g;x", "g;x"), ("http://a/b/c/d;p?q", ""),
        ("http://a/b/c/", "."), ("http://a/b/c/", "./"), ("http://a/b/", ".."), ("http://a/b/", "../"),
        ("http://a/b/g", "../g"), ("http://a/", "../.."), ("http://a/g", "../../g"), ("http://a/g", "../../../g"),
        ("http://a/g", "/./g"), ("http://a/g", "/../g"), ("http://a/b/c/g.", "g."), ("http://a/b/c/..g", "..g"),
        ("http://a/b/c/y", "g/../y"), ("http://a/b/c/g/h", "./g/./h"), ("http://a/b/c/g?y/../x", "g?y/../x"),
        ("https://x.test/y", "https://X.test/y"), ("http://a/b/g", "%2e%2e/g"),
    ])
    func `a reference is resolved against the page that has it`(_ expected: String, _ reference: String) throws {
        let base = try #require(WebAddress("http://a/b/c/d;p?q"))
        #expect(base.resolving(reference)?.text == expected)
    }

    @Test(arguments: ["ftp://a/b", "g:h", "http://user@a/", "//", "a b", "/\\evil", "http://"])
    func `what leads nowhere over http is no reference`(_ reference: String) throws {
        let base = try #require(WebAddress("http://a/b/c/d;p?q"))
        #expect(base.resolving(reference) == nil)
    }
}
