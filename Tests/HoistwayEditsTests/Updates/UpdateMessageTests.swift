import HoistwayEdits
import Testing

/// The output `commitMessage` as Kargo makes it.
struct UpdateMessageTests {
    @Test func `yaml-update quotes texts that read as something else`() {
        let message = UpdateMessage.yaml(
            path: "./src/values.yaml",
            updates: [
                ScalarUpdate(key: "image.tag", value: .string("v1.2.3")),
                ScalarUpdate(key: "n", value: .number(3)),
                ScalarUpdate(key: "b", value: .bool(true)),
                ScalarUpdate(key: #"a\.b"#, value: .string("1.10")),
            ]
        )
        #expect(
            message == """
                Updated ./src/values.yaml

                - image.tag: v1.2.3
                - n: 3
                - b: true
                - a\\.b: "1.10"
                """
        )
    }

    @Test(arguments: [
        ("123", #""123""#), ("true", #""true""#), ("false", #""false""#), ("null", #""null""#), ("t", #""t""#),
        ("[1, 2, 3]", #""[1, 2, 3]""#), (#"{"key": "value"}"#, #""{\"key\": \"value\"}""#), ("string", "string"),
        ("1e5", #""1e5""#), ("1234e5", #""1234e5""#), ("Inf", #""Inf""#), ("-infinity", #""-infinity""#),
        ("NaN", #""NaN""#), ("+nan", "+nan"), ("1_000", "1_000"), ("0x1p4", #""0x1p4""#), ("0x_1p4", #""0x_1p4""#),
        ("0x1F", "0x1F"), (".5", #"".5""#), ("5.", #""5.""#), (".", "."), ("", ""), ("1e999", #""1e999""#),
        ("yes", "yes"), ("1.2.3", "1.2.3"), (#""quoted""#, #""\"quoted\"""#), ("a\nb", "a\nb"), (" 1", #"" 1""#),
    ])
    func `a text of yaml-update is quoted where Go or JSON read another value`(_ text: String, _ expected: String) {
        let message = UpdateMessage.yaml(path: "p", updates: [ScalarUpdate(key: "k", value: .string(text))])
        #expect(message == "Updated p\n\n- k: \(expected)")
    }

    @Test func `json-update quotes every text`() {
        let message = UpdateMessage.json(
            path: "config.json",
            updates: [
                ScalarUpdate(key: "app.version", value: .string("1.0.1")),
                ScalarUpdate(key: "features.new", value: .bool(true)),
                ScalarUpdate(key: "threshold", value: .number(100)),
                ScalarUpdate(key: "t", value: .string("a\"b\\c\nd\u{1}é\u{a0}")),
            ]
        )
        #expect(
            message == "Updated config.json\n\n- app.version: \"1.0.1\"\n- features.new: true\n- threshold: 100\n"
                + #"- t: "a\"b\\c\nd\x01é\u00a0""#
        )
    }
}
