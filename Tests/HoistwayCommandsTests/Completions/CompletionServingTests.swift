import Foundation
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// What shells get, from the real program.
struct CompletionServingTests {
    /// As the scripts of shells call it: the words, the position of the one that is completed, the cursor in it.
    private func complete(
        _ words: [String],
        argument: String,
        environment: [String: String] = [:]
    ) async throws -> TestProgram.Result {
        let command = words.prefix { !$0.hasPrefix("-") && !$0.contains("/") && !$0.isEmpty }.dropFirst()
        let index = words.count - 1
        return try await TestProgram.run(
            try ServedProgram.program,
            ["---completion"] + command.prefix(1) + ["--", argument, String(index), String(words[index].count)] + words,
            environment: environment
        )
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `each shell gets a script that asks the program for names`(_ shell: String) async throws {
        let script = try await TestProgram.run(try ServedProgram.program, ["--generate-completion-script", shell])
        #expect(script.status == 0)
        #expect(script.text.contains("---completion") && script.text.contains("why"))
    }

    @Test func `projects, stages and freight come from the server`() async throws {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        try await shop.served.serving {
            let options = ["--config", shop.served.configFile]
            // A machine that is busy may not answer in time; then nothing is offered.
            func offered(_ words: [String], _ argument: String, _ expected: String) async throws {
                try await eventually("\(words) to be completed") {
                    let result = try await complete(words, argument: argument)
                    #expect(result.text == expected || result.text.isEmpty, "\(result.text)")
                    #expect(result.errors.isEmpty)
                    return result.text == expected
                }
            }
            try await offered(["hoistway", "why"] + options + [""], "positional@0", "shop/test\n")
            try await offered(["hoistway", "why"] + options + ["shop/t"], "positional@0", "shop/test\n")
            let narrowed = try await complete(["hoistway", "why"] + options + ["nothing/"], argument: "positional@0")
            #expect(narrowed.text.isEmpty)
            try await offered(["hoistway", "open"] + options + [""], "positional@0", "shop\n")
            let freight = try await complete(
                ["hoistway", "why", "shop/test"] + options + [""],
                argument: "positional@1"
            )
            let listed = try await shop.served.command("get", "freight", "-o", "json").text
            for alias in freight.text.split(separator: "\n") { #expect(listed.contains("\"\(alias)\"")) }
        }
    }

    @Test func `without a server nothing is printed, soon`() async throws {
        let silent = try SilentServer()
        let clock = ContinuousClock()
        let start = clock.now
        for server in ["http://127.0.0.1:\(try LoopbackPort.free())", "http://127.0.0.1:\(silent.port)", "nonsense"] {
            let result = try await complete(
                ["hoistway", "why", "--server", server, ""],
                argument: "positional@0",
                environment: ["HOISTWAY_TOKEN": "a-token-that-is-long-enough"]
            )
            #expect(result.text.isEmpty && result.errors.isEmpty, "\(server): \(result.text) \(result.errors)")
        }
        // A machine that is busy needs longer than 300 ms; one that waits for the server needs a minute.
        #expect(clock.now - start < .seconds(30))
    }

    @Test func `the options that name a server are found among the words`() {
        let words = ["hoistway", "why", "--server=https://a", "--token-file", "t", "--allow-plain-http", "demo/"]
        let options = Completions.options(in: words)
        #expect(options.server == "https://a" && options.tokenFile == "t" && options.allowPlainHttp)
        #expect(Completions.options(in: ["hoistway", "why", "--context"]).context == nil)
        let both = Completions.options(in: ["hoistway", "why", "--context", "a", "--server", "https://a"])
        #expect(both.context == nil && both.server == nil)
    }

    @Test(arguments: ["$(id)", "`id`", "a;b", "a b", "a'b", "a\"b", "a\\b", "~a", "*", "a\u{1B}[31m", "a\u{202E}b"])
    func `a name that a shell would not take as it stands is not offered`(_ name: String) {
        #expect(!Completions.isPlain(name))
        #expect(Completions.isPlain("demo/eu-west_1.prod") && Completions.isPlain("127.0.0.1:8421"))
    }
}
