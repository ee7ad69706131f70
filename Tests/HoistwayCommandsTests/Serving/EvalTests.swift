import HoistwayTestServers
import Testing

struct EvalTests {
    @Test func `expressions of standard input give one line each`() async throws {
        let lines = ["1 + 1", "len(nil)", "{\"a\": [1.5, nil]}", "", "x?.y", "\"a\" matches \"^a$\"", "1..1000000000"]
        let result = try await TestProgram.run(
            ServedProgram.program,
            ["eval", "--bare", "-"],
            input: Array((lines.joined(separator: "\n") + "\n").utf8)
        )
        #expect(result.status == 0)
        let shown = result.text.split(separator: "\n").map(String.init)
        #expect(shown.count == lines.count)
        #expect(shown[0] == "2")
        #expect(shown[1].hasPrefix("error: expression `len(nil)`: "))
        #expect(shown[2] == "{\"a\":[1.5,null]}")
        #expect(shown[3] == "error: the expression ends too early")
        #expect(shown[4] == "null")
        #expect(shown[5] == "true")
        #expect(shown[6].hasPrefix("error: "))
    }

    @Test func `one expression gives its value, or shows what is wrong in it`() async throws {
        let good = try await TestProgram.run(ServedProgram.program, ["eval", "--bare", "[1, 2] | sum()"])
        #expect(good.status == 0)
        #expect(good.text == "3\n")
        let bad = try await TestProgram.run(ServedProgram.program, ["eval", "--bare", "1 + (2 == \"a\")"])
        #expect(bad.status == 1)
        #expect(bad.text.isEmpty)
        #expect(bad.errors.contains("`==` does not work between an int and a string at line 1, column 8"))
        #expect(bad.errors.contains("1 + (2 == \"a\")\n       ^^\n"))
    }

    @Test func `a file gives the variables`() async throws {
        let folder = try TemporaryFolder("hoistway-eval")
        try folder.write("{\"image\": {\"tag\": \"1.10\"}}", to: "values.json")
        let arguments = ["eval", "--bare", "--variables", "\(folder.path)/values.json", "image.tag + \"-x\""]
        let result = try await TestProgram.run(ServedProgram.program, arguments)
        #expect(result.text == "\"1.10-x\"\n")
    }
}
