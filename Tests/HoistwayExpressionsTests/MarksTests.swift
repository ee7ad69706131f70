import HoistwayExpressions
import HoistwayModel
import Testing

/// What a value was made from goes along with it.
struct MarksTests {
    private let variables: [String: Value] = {
        let secret = Marks(secrets: ["secret('s')"])
        return [
            "password": Value.string("hunter2").marked(secret),
            "data": Value(.map(MapValue(entries: [.text("k"): .string("hunter2")], kind: .strings)))
                .markedThroughout(secret),
            "list": .array([.string("a"), Value.string("hunter2").marked(secret)]),
            "plain": .string("plain"),
        ]
    }()

    @Test(
        arguments: [
            "password", "password + \"x\"", "\"x\" + password", "upper(password)", "split(password, \"\")[0]", "data.k",
            "data", "[password]", "{\"a\": password}.a", "{(password): 1}", "toJSON({\"a\": password})",
            "len(password)",
            "password == \"x\"", "password contains \"h\"", "password == \"x\" ? 1 : 2",
            "password == \"x\" ? [1] : [2]", "(password == \"x\" ? [1] : [2])[0]", "map([1, 2], password)[0]",
            "filter([1, 2], password != \"\")", "any([1], password == \"\")", "find([1], password != \"\")",
            "reduce([1], #acc + password, \"\")", "password ?? \"x\"", "not (password == \"\")",
            "password == \"\" || false",
            "let p = password; p", "last([password])", "sort([password, \"a\"])", "sortBy([1, 2], password)[0]",
            "groupBy([1], password)", "toBase64(password)", "password[1:]", "reverse([password])[0]", "string(list)",
            "first(filter(list, # != \"a\"))", "password in [\"a\"]", "join([\"a\", password])", "int(len(password))",
            "{\"a\": 1}[password]", "[1, 2, 3, 4, 5, 6, 7, 8][len(password)]", "password matches \"h\"",
            "get({\"a\": 1}, password)", "password; password", "if password == \"\" { 1 } else { 2 }",
            "fromPairs([[password, 1]])", "keys({(password): 1})[0]", "$env.password", "-len(password)",
        ]
    )
    func `what is made from a secret is marked as that`(_ source: String) throws {
        let value = try Evaluation.value(source, variables)
        #expect(value.marks?.secrets == ["secret('s')"])
        #expect(!"\(try JSONWriter.text(value.masked))".contains("hunter2"))
    }

    @Test(arguments: [
        "plain", "list[0]", "len(plain)", "\"hunter2\"", "first(list)", "[1, password][0]", "password; 1",
    ])
    func `what is not made from it is not`(_ source: String) throws {
        #expect(!(try Evaluation.value(source, variables)).isSecret)
    }

    @Test(
        arguments: [
            "int(password)", "float(password)", "fromJSON(password)", "date(password)", "duration(password)",
            "{\"a\": nil}[password].b", "timezone(password)", "\"x\" matches (\"(\" + password)",
            "fromBase64(password)",
            "date(\"2024-01-01\", password)", "o[password].x",
        ]
    )
    func `no error tells a secret`(_ source: String) throws {
        let error = try #require(Evaluation.failure(source, variables))
        #expect(!error.description.contains("hunter2"))
        #expect(!(error.caret ?? "").contains("hunter2"))
    }
}
