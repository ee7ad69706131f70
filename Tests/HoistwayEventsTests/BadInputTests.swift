import HoistwayEvents
import HoistwayModel
import Testing

struct BadInputTests {
    private func decode(_ body: [UInt8], event: String = "push") throws(EventError) -> [Event] {
        try EventDecoder.decode(
            sender: .github,
            headers: [HeaderLine("X-GitHub-Event", event), HeaderLine("Content-Type", "application/json")],
            body: body
        )
    }

    private func decode(_ text: String, event: String = "push") throws(EventError) -> [Event] {
        try decode(Array(text.utf8), event: event)
    }

    @Test func `a body cut anywhere is an error that names the place`() throws {
        let whole = try Fixture.named(.github, "push").body
        for length in 0..<whole.count {
            let error = #expect(throws: EventError.self) { try decode(Array(whole.prefix(length))) }
            guard case .notJSON(let byte) = error else {
                Issue.record("cut at \(length): \(String(describing: error))")
                continue
            }
            #expect(byte <= length)
        }
    }

    @Test(arguments: [
        "", " ", "nul", "{", "}", "{]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "[1,]", "01", "1.",
        "-", "1e", "+1", ".5", "\"", "\"\\x\"", "\"\\u12g4\"", "\"\u{1}\"", "{} {}", "{}x", "\u{feff}{}", "NaN",
        "truex", "\"\\",
    ])
    func `what is no JSON is refused`(_ text: String) {
        let error = #expect(throws: EventError.self) { try decode(text) }
        guard case .notJSON = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [
        ("[]", "an array"), ("1", "a number"), ("\"x\"", "a string"), ("null", "null"), ("true", "a boolean"),
        ("[{}]", "an array"),
    ])
    func `JSON that is no object is refused`(_ text: String, found: String) {
        #expect(throws: EventError.notAnObject(found: found)) { try decode(text) }
    }

    @Test func `what is not UTF-8 is refused`() {
        for bytes in [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf0, 0x9f], [0xc0, 0x80]] as [[UInt8]] {
            #expect(throws: EventError.notUTF8(atByte: 6)) {
                try decode(Array("{\"a\":\"".utf8) + bytes + Array("\"}".utf8))
            }
        }
    }

    @Test func `nesting is taken to 64 levels`() throws {
        func nested(_ levels: Int) -> String {
            "{\"zen\":" + String(repeating: "[", count: levels - 1) + String(repeating: "]", count: levels - 1) + "}"
        }
        #expect(try decode(nested(64), event: "ping") == [.ping(repoKeys: [])])
        #expect(throws: EventError.tooDeep(limit: 64, atByte: 70)) { try decode(nested(65), event: "ping") }
        #expect(throws: EventError.tooDeep(limit: 64, atByte: 64 * 5)) {
            try decode(String(repeating: "{\"a\":", count: 1_000_000))
        }
    }

    @Test func `an object may have ten thousand keys, and no more`() throws {
        func wide(_ count: Int) -> String {
            let keys = (1..<count).map { "\"k\($0)\":0" }
            return "{\"zen\":{\(keys.joined(separator: ","))},\"hook_id\":1}"
        }
        #expect(try decode(wide(10_001), event: "ping") == [.ping(repoKeys: [])])
        let first = "{\"zen\":{".utf8.count
        let place = first + (1...10_000).reduce(0) { $0 + "\"k\($1)\":0,".utf8.count }
        #expect(throws: EventError.tooWide(limit: 10_000, atByte: place)) { try decode(wide(10_002), event: "ping") }
    }

    @Test func `a push with more commits than a host lists says that files are unknown`() throws {
        let sha = String(repeating: "a", count: 40)
        let commit = #"{"id":"\#(sha)","message":"m","added":["x"],"modified":[],"removed":[]}"#
        func push(_ count: Int) throws -> PushEvent? {
            let commits = [String](repeating: commit, count: count).joined(separator: ",")
            let body = """
                {"ref":"refs/heads/main","before":"\(String(repeating: "b", count: 40))","after":"\(sha)",\
                "repository":{"clone_url":"https://github.com/acme/app.git"},"commits":[\(commits)]}
                """
            guard case .push(let push)? = try decode(body).first else { return nil }
            return push
        }
        #expect(try push(2047)?.changedFiles == ["x"])
        for count in [2048, 2049, 5000] {
            #expect(try push(count)?.changedFiles == nil)
            #expect(try push(count)?.commitsTruncated == true)
        }
    }

    @Test func `a commit with as many files as a host names says that files are unknown`() throws {
        let sha = String(repeating: "a", count: 40)
        func push(_ count: Int) throws -> PushEvent? {
            let files = (0..<count).map { "\"f\($0)\"" }.joined(separator: ",")
            let body = """
                {"ref":"refs/heads/main","before":"\(String(repeating: "b", count: 40))","after":"\(sha)",\
                "repository":{"clone_url":"https://github.com/acme/app.git"},\
                "commits":[{"id":"\(sha)","message":"m","added":["x"],"modified":[\(files)],"removed":[]}]}
                """
            guard case .push(let push)? = try decode(body).first else { return nil }
            return push
        }
        #expect(try push(2998)?.changedFiles?.count == 2999)
        for count in [2999, 3000, 9000] { #expect(try push(count)?.changedFiles == nil) }
    }

    @Test func `a huge body is refused before it is read`() {
        let bytes = [UInt8](repeating: 32, count: EventDecoder.maxBytes + 1)
        #expect(throws: EventError.tooLarge(bytes: bytes.count, limit: EventDecoder.maxBytes)) { try decode(bytes) }
    }

    @Test func `a key of the outermost object that stands twice is refused, however it is written`() throws {
        #expect(throws: EventError.repeatedKey(atByte: 11)) { try decode(#"{"ref":"a","ref":"b"}"#) }
        #expect(throws: EventError.repeatedKey(atByte: 11)) { try decode(#"{"ref":"a","\u0072ef":"b"}"#) }
        #expect(try decode(#"{"zen":{"a":1,"a":2}}"#, event: "ping") == [.ping(repoKeys: [])])
    }

    @Test func `an event's name does not make a body what it is not`() throws {
        let push = try Fixture.named(.github, "push").body
        for event in ["pull_request", "release", "package", "registry_package", "ping"] {
            #expect(throws: EventError.self) { try decode(push, event: event) }
        }
        #expect(throws: EventError.self) { try decode(Fixture.named(.github, "pr-merged").body) }
        #expect(throws: EventError.self) { try decode(Fixture.named(.github, "ping").body) }
    }

    @Test func `a body without the event's name is refused`() throws {
        let push = try Fixture.named(.github, "push").body
        #expect(throws: EventError.noEventName(sender: .github)) {
            try EventDecoder.decode(sender: .github, headers: [], body: push)
        }
        let twice = [HeaderLine("X-GitHub-Event", "push"), HeaderLine("x-github-event", "ping")]
        #expect(throws: EventError.noEventName(sender: .github)) {
            try EventDecoder.decode(sender: .github, headers: twice, body: push)
        }
    }

    @Test func `an unknown event is ignored, and a name that is no word is not repeated`() throws {
        #expect(try decode("{}", event: "watch") == [.ignored(repoKeys: [], reason: "event_watch")])
        #expect(
            try decode("{}", event: "\u{1b}[31m") == [.ignored(repoKeys: [], reason: "event_unknown")]
        )
    }

    @Test(arguments: [
        (Sender.gitlab, "{}"), (.gitlab, #"{"object_kind":1}"#), (.gitlab, #"{"object_kind":"push"}"#),
        (.harbor, "{}"), (.harbor, #"{"type":"PUSH_ARTIFACT"}"#), (.distribution, "{}"),
        (.distribution, #"{"events":{}}"#), (.distribution, #"{"events":null}"#),
    ])
    func `a body that is none of the sender's is an error with a hint`(sender: Sender, text: String) {
        let error = #expect(throws: EventError.self) {
            try EventDecoder.decode(sender: sender, headers: [], body: Array(text.utf8))
        }
        guard case .lacks = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.hint != nil)
    }

    @Test func `entries of an envelope that say nothing are passed over`() throws {
        let body = #"{"events":[{},{"action":"push"},{"action":"push","target":null}]}"#
        let events = try EventDecoder.decode(sender: .distribution, headers: [], body: Array(body.utf8))
        #expect(events == [.ignored(repoKeys: [], reason: "no_manifest_push")])
    }

    @Test func `an envelope may hold hundreds of events`() throws {
        let digest = "sha256:" + String(repeating: "0", count: 64)
        let entries = (0..<500).map { number in
            #"{"action":"push","target":{"mediaType":"application/vnd.oci.image.manifest.v1+json","#
                + #""repository":"a/b","tag":"t\#(number)","digest":"\#(digest)"},"request":{"host":"r.example.com"}}"#
        }
        let body = Array("{\"events\":[\(entries.joined(separator: ","))]}".utf8)
        let events = try EventDecoder.decode(sender: .distribution, headers: [], body: body)
        #expect(events.count == 500)
        guard case .image(let last) = try #require(events.last) else {
            Issue.record("expected an image")
            return
        }
        #expect(last.tags == ["t499"])
    }

    @Test func `a form must have one payload`() throws {
        let headers = [HeaderLine("X-GitHub-Event", "push"), HeaderLine("Content-Type", Vectors.form)]
        for form in ["", "payload", "a=b", "payload={}&payload={}", "payload=%7", "a=b&payload={}", "payload={}&"] {
            #expect(throws: EventError.self) {
                try EventDecoder.decode(sender: .github, headers: headers, body: Array(form.utf8))
            }
        }
        #expect(throws: EventError.wrongType(sender: .gitlab)) {
            try EventDecoder.decode(sender: .gitlab, headers: [headers[1]], body: [])
        }
    }

    @Test func `half of a surrogate pair and other odd escapes are read without harm`() throws {
        let text = #"{"zen":"\ud800 \udc00 \ud83d\ude00 \u0000 \/","hook_id":1}"#
        #expect(try decode(text, event: "ping") == [.ping(repoKeys: [])])
    }
}
