import HoistwayModel
import Testing

@testable import HoistwayCommands

struct JSONPathTests {
    private static func value() throws -> ConfigValue {
        try MachineText.value(
            ofJSON: """
                {"items": [
                  {"name": "test", "n": 1, "labels": {"tier": "a", "x.y": "dot"}, "ready": true},
                  {"name": "uat", "n": 2, "labels": {"tier": "b"}, "ready": false},
                  {"name": "prod", "n": 3, "labels": {}}
                ], "next": "c"}
                """
        )
    }

    @Test(arguments: [
        ("{.next}", "c"), ("next", "c"), (".items[0].name", "test"), ("{$.items[-1].name}", "prod"),
        ("{.items[*].name}", "test uat prod"), ("{.items[1:].name}", "uat prod"), ("{.items[:1].name}", "test"),
        ("{.items[0].labels['x.y']}", "dot"), ("{.items[0].labels}", #"{"tier":"a","x.y":"dot"}"#),
        ("{..tier}", "a b"), ("{.items[0].labels..*}", "a dot"), ("{.items[:2]..['tier']}", "a b"),
        ("{.items[0]..*}", #"{"tier":"a","x.y":"dot"} 1 test true a dot"#),
        (#"{.items[?(@.name=="uat")].n}"#, "2"), ("{.items[?(@.n>1)].name}", "uat prod"),
        ("{.items[?(@.n<=2)].name}", "test uat"), ("{.items[?(@.ready==true)].name}", "test"),
        ("{.items[?(@.ready)].name}", "test uat"), (#"{.items[?(@.name!='uat')].n}"#, "1 3"),
        (#"{range .items[*]}{.name}={.n}{"\n"}{end}"#, "test=1\nuat=2\nprod=3\n"),
        ("stage {.items[0].name}!", "stage test!"), ("{.missing.field}", ""), ("{.items[7].name}", ""),
        ("{.items[0].labels.*}", "a dot"), (#"{'a\tb'}"#, "a\tb"),
    ])
    func `a template gives what kubectl gives`(_ template: String, _ text: String) throws {
        #expect(try JSONPath(template).text(of: Self.value()) == text)
    }

    @Test(arguments: [
        "{", "{.items[}", "{.items[0}", "{.items[?(@.a~1)]}", "{range .items[*]}{.name}", "{end}", "{'a}", "{.a b}",
        "{.items[?(@.a==]}", "{.items[x]}", "{..}", "{...name}",
    ])
    func `a template that makes no sense is an error of usage that names it`(_ template: String) {
        #expect {
            try JSONPath(template)
        } throws: { error in
            let failure = error as? CommandFailure
            return failure?.exitStatus == .usage && failure?.message.contains(template) == true
        }
    }

    @Test func `ranges and filters in each other end somewhere`() {
        let deep = String(repeating: "{range .a[*]}", count: 1000)
        #expect(throws: CommandFailure.self) { try JSONPath(deep) }
        let filters = "{" + String(repeating: "[?(@", count: 100_000)
        #expect(throws: CommandFailure.self) { try JSONPath(filters) }
    }

    @Test func `YAML has every value of the JSON`() throws {
        let yaml = MachineText.yaml(try Self.value())
        #expect(yaml.hasPrefix("items:\n- labels:\n    tier: a\n"), "\(yaml)")
        #expect(yaml.hasSuffix("next: c\n") && yaml.contains("  \"n\": 3\n"), "\(yaml)")
        #expect(MachineText.yaml(.map(["a": .string("true"), "b": .string("1.0")])) == "a: \"true\"\nb: \"1.0\"\n")
    }

    @Test func `an output that does not exist is an error that names those that do`() {
        #expect { try OutputForm("xml") } throws: { "\($0)".contains("jsonpath=TEMPLATE") }
        #expect(throws: (any Error).self) { try OutputForm("jsonpath={") }
    }

    @Test func `a list is sorted by a field, and things without it come last`() throws {
        let items = try Self.value()["items"]?.list?.map(PlainJSON.init) ?? []
        func names(_ field: String) throws -> [String] {
            try ThingOrder(field).sorted(items).compactMap { $0.value["name"]?.string }
        }
        #expect(try names("name") == ["prod", "test", "uat"])
        #expect(try names("-n") == ["prod", "uat", "test"])
        #expect(try names("labels.tier") == ["test", "uat", "prod"])
        #expect(try names("-labels.tier") == ["uat", "test", "prod"])
        #expect(throws: CommandFailure.self) { try names("age") }
    }
}
