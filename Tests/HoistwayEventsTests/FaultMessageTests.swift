import HoistwayEvents
import HoistwayModel
import Testing

/// I10: what cannot be read says what is wrong, where, and what the sender should send.
struct FaultMessageTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var sender = Sender.github
        var event: String? = "push"
        var type = "application/json"
        var body: [UInt8]
        /// What the message must have.
        var words: [String]
        /// What the hint must have.
        var advice: String

        var testDescription: String { name }

        init(
            _ name: String,
            sender: Sender = .github,
            event: String? = "push",
            type: String = "application/json",
            _ body: [UInt8],
            _ words: [String],
            advice: String
        ) {
            (self.name, self.sender, self.event, self.type) = (name, sender, event, type)
            (self.body, self.words, self.advice) = (body, words, advice)
        }

        init(
            _ name: String,
            sender: Sender = .github,
            event: String? = "push",
            type: String = "application/json",
            _ text: String,
            _ words: [String],
            advice: String
        ) {
            self.init(name, sender: sender, event: event, type: type, Array(text.utf8), words, advice: advice)
        }
    }

    /// Stands in each body where a value can, and in no message.
    private static let marked = "marked-secret"
    private static let sha = String(repeating: "a", count: 40)
    private static let wide = "{" + (0...10_000).map { "\"k\($0)\":0" }.joined(separator: ",") + "}"

    static let cases = [
        Case(
            "no UTF-8",
            Array(#"{"a":""#.utf8) + [0xff] + Array(#""}"#.utf8),
            ["not UTF-8", "byte 6"],
            advice: "JSON object in UTF-8"
        ),
        Case("cut", #"{"ref":"\#(marked)"#, ["not JSON, or is cut short", "byte 21"], advice: "whole"),
        Case("empty", "", ["not JSON, or is cut short", "byte 0"], advice: "whole"),
        Case("no JSON", #"{"ref":"x"; "\#(marked)":1}"#, ["not JSON", "byte 10"], advice: "one JSON object"),
        Case(
            "too deep",
            String(repeating: "[", count: 65),
            ["more than 64 levels deep", "byte 64"],
            advice: "who sends it"
        ),
        Case("too wide", wide, ["more than 10000 keys", "begins at byte"], advice: "who sends it"),
        Case("a key twice", #"{"ref":"\#(marked)","ref":1}"#, ["key at byte 23 twice"], advice: "one JSON object"),
        Case("a list", #"["\#(marked)"]"#, ["an array and not an object"], advice: "one JSON object"),
        Case("a number", "7", ["a number and not an object"], advice: "one JSON object"),
        Case("null", "null", ["null and not an object"], advice: "one JSON object"),
        Case(
            "a form with a cut escape",
            type: Vectors.form,
            "payload=%7B%2",
            ["% at byte 11"],
            advice: "application/json"
        ),
        Case(
            "a form with two fields",
            type: Vectors.form,
            "payload=%7B%7D&a=\(marked)",
            ["another one begins at byte 14"],
            advice: #"one field "payload""#
        ),
        Case(
            "a form without the field",
            type: Vectors.form,
            "a=\(marked)",
            [#"does not begin with "payload=""#],
            advice: #"one field "payload""#
        ),
        Case(
            "a form whose JSON is cut",
            type: Vectors.form,
            "payload=%7B%22a%22",
            [#"the field "payload" of the form, decoded,"#, "cut short", "byte 4"],
            advice: "whole"
        ),
        Case("no ref", #"{"after":"\#(sha)"}"#, [#"no push event: it lacks "ref""#], advice: "refs/heads/main"),
        Case(
            "a ref that is a list",
            #"{"ref":["\#(marked)"]}"#,
            [#"its "ref" is an array that cannot be used"#],
            advice: "must be a string"
        ),
        Case(
            "a commit that is no id",
            #"{"ref":"refs/heads/main","after":"\#(marked)"}"#,
            [#"its "after" is a string that cannot be used"#],
            advice: "40 or 64 hexadecimal digits"
        ),
        Case(
            "a repository of null",
            #"{"ref":"refs/heads/main","after":"\#(sha)","repository":null}"#,
            [#"its "repository" is null"#],
            advice: "clone_url"
        ),
        Case("the header of a ping", event: "ping", #"{"ref":"x"}"#, ["no ping event"], advice: "the event's header"),
        Case(
            "the header of a release",
            event: "release",
            #"{"release":{"tag_name":7}}"#,
            [#"its "release.tag_name" is a number"#],
            advice: "the tag's name"
        ),
        Case("no header", event: nil, "{}", ["X-GitHub-Event"], advice: "the receiver's sender"),
        Case("GitHub's header at Gitea", sender: .gitea, "{}", ["X-Gitea-Event"], advice: "the receiver's sender"),
        Case("GitHub's header at Gogs", sender: .gogs, "{}", ["X-Gogs-Event"], advice: "the receiver's sender"),
        Case("no type", type: "text/html", "{}", ["content type"], advice: "application/json"),
        Case(
            "no envelope",
            sender: .distribution,
            #"{"events":{"a":"\#(marked)"}}"#,
            [#"its "events" is an object"#],
            advice: "an array of the registry's events"
        ),
        Case("no type of Harbor's", sender: .harbor, "{}", [#"it lacks "type""#], advice: "the event's name"),
    ]

    @Test(arguments: cases)
    func `what cannot be read says what is wrong, where, and what to send`(_ one: Case) {
        var headers = [HeaderLine("Content-Type", one.type)]
        if let event = one.event { headers.append(HeaderLine("X-GitHub-Event", event)) }
        let error = #expect(throws: EventError.self) {
            try EventDecoder.decode(sender: one.sender, headers: headers, body: one.body)
        }
        let message = error?.message ?? ""
        for words in one.words { #expect(message.contains(words), "\(message)") }
        #expect(error?.hint?.contains(one.advice) ?? false, "\(error?.hint ?? "no hint")")
        let shown = "\(message) \(error?.hint ?? "")"
        #expect(!shown.contains(Self.marked))
    }
}
