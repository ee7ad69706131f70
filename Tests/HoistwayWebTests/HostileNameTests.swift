import Testing

@testable import HoistwayWeb

struct HostileNameTests {
    /// Names that somebody could give to a branch, a tag, a stage or a token.
    static let names: [String] =
        ["&", "<", ">", "\"", "'"].flatMap { [$0, "\($0)\u{301}", "a\($0)\u{301}b\($0)"] } + [
            "\u{202E}gpj.exe", "</script><script>alert(1)</script>", "javascript:alert(1)", "\" onload=\"alert(1)",
            "'><img src=x onerror=alert(1)>", "<!--", "]]>", "\u{0}\u{7}\u{1B}[2J\u{7F}\u{85}", "a\u{2028}b\u{2066}c",
            "\u{200D}\u{FEFF}\u{E0041}", String(repeating: "x", count: 10_000),
            String(repeating: "\"\u{301}", count: 5_000), "&lt;", "👨‍👩‍👧 ünïcode 日本",
        ]

    private func text(_ make: (inout HTML) -> Void) -> String {
        var html = HTML()
        make(&html)
        return String(decoding: html.bytes, as: UTF8.self)
    }

    /// What a browser reads from escaped bytes: our entities only, each once.
    private func read(_ escaped: some Collection<UInt8>) -> [UInt8] {
        var found: [UInt8] = []
        var rest = escaped[...]
        while let byte = rest.first {
            let entity = Self.entities.first { rest.starts(with: $0.key.utf8) }
            found.append(entity?.value ?? byte)
            rest = rest.dropFirst(entity?.key.utf8.count ?? 1)
        }
        return found
    }

    private static let entities: [String: UInt8] = [
        "&lt;": UInt8(ascii: "<"), "&gt;": UInt8(ascii: ">"), "&quot;": UInt8(ascii: "\""), "&#39;": UInt8(ascii: "'"),
        "&#13;": UInt8(ascii: "\r"), "&amp;": UInt8(ascii: "&"),
    ]

    @Test(arguments: names)
    func `no byte of a name ends the text that it stands in`(_ name: String) throws {
        let made = text { $0(.p, text: name) }
        let inner = made.utf8.dropFirst("<p>".utf8.count).dropLast("</p>".utf8.count)
        #expect(made.utf8.starts(with: "<p>".utf8))
        #expect(!inner.contains(UInt8(ascii: "<")))
        #expect(!inner.contains(UInt8(ascii: ">")))
        #expect(!inner.contains(UInt8(ascii: "\"")))
        #expect(!inner.contains(UInt8(ascii: "'")))
        #expect(everyAmpersandBeginsAnEntity(inner))
    }

    @Test(arguments: names)
    func `no byte of a name ends the attribute that it stands in`(_ name: String) throws {
        for attribute in [Attribute.title(name), .value(name), .data("key", name), .aria("label", name), .class(name)] {
            let made = text { $0(.input, attribute) }
            let value = made.utf8.drop { $0 != UInt8(ascii: "\"") }.dropFirst().dropLast(2)
            #expect(made.utf8.suffix(2).elementsEqual("\">".utf8))
            #expect(!value.contains(UInt8(ascii: "\"")))
            #expect(!value.contains(UInt8(ascii: "<")))
            #expect(!value.contains(UInt8(ascii: "'")))
            #expect(everyAmpersandBeginsAnEntity(value))
        }
    }

    @Test(arguments: names.filter { !$0.unicodeScalars.contains("\u{0}") })
    func `a form sends back the name that it was given`(_ name: String) {
        let made = text { $0(.input, .value(name)) }
        #expect(read(made.utf8.dropFirst("<input value=\"".utf8.count).dropLast(2)) == Array(name.utf8))
    }

    @Test func `characters that cannot be seen are written out for people`() {
        #expect(text { $0.text("a\u{202E}b\u{1B}[2J\u{7F}") } == "a\\u{202e}b\\u{1b}[2J\\u{7f}")
        #expect(text { $0(.a, .title("\u{2066}x")) } == "<a title=\"\\u{2066}x\"></a>")
        #expect(text { $0.text("one\ntwo\tthree é 日本") } == "one\ntwo\tthree é 日本")
        #expect(text { $0.text("\r\n") } == "\\u{d}\n")
    }

    @Test(arguments: names)
    func `no name becomes the scheme or the host of a link`(_ name: String) {
        let link = PagePaths(publicURL: "https://h.example.com/hoistway")("stages", name, query: [(name, name)])
        #expect(link.text.hasPrefix("/hoistway/stages/"))
        let plain = link.text.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "<")
        }
        #expect(plain)
        #expect(Link(external: name) == nil)
        #expect(Link(external: "javascript:\(name)") == nil)
    }

    @Test(arguments: [
        "javascript:alert(1)", "JavaScript:alert(1)", " https://a", "data:text/html,x", "//evil.test", "/path",
        "https://",
        "https:///x", "https://good.example@evil.test/", "https://a/\u{202E}", "https://a b", "https:\\\\a", "ftp://a",
        "java\nscript:x", "http://a\"b", "https:a",
    ])
    func `only http and https with a host are links to elsewhere`(_ url: String) {
        #expect(Link(external: url) == nil)
    }

    @Test func `addresses of commits and images are links`() {
        for url in [
            "https://github.com/acme/app/commit/0123", "http://gitea:3000/a/b?c=d#e", "HTTPS://Example.com/x@y",
        ] {
            #expect(Link(external: url)?.text == url)
        }
    }

    @Test func `a colour is a colour, or it is left out`() {
        #expect(text { $0(.rect, .fill("#0f5F75")) } == "<rect fill=\"#0f5F75\"></rect>")
        for odd in ["red", "#0f5f7", "url(#a)", "#0f5f7\"", "#\u{301}12345"] {
            #expect(text { $0(.rect, .fill(odd)) } == "<rect></rect>")
        }
    }

    private func everyAmpersandBeginsAnEntity(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = bytes[...]
        while let index = rest.firstIndex(of: UInt8(ascii: "&")) {
            rest = rest[index...]
            guard Self.entities.keys.contains(where: { rest.starts(with: $0.utf8) }) else { return false }
            rest = rest.dropFirst()
        }
        return true
    }
}
