import ArgumentParser
import Testing

@testable import HoistwayCommands

/// A command line that makes no sense gives one line and a hint, not a page.
struct UsageMistakeTests {
    private func mistake(_ arguments: String...) throws -> UsageMistake {
        let error = #expect(throws: (any Error).self) { try Hoistway.parseAsRoot(arguments) }
        return UsageMistake(try #require(error), arguments: arguments)
    }

    @Test func `a command that is not there is named, with one that is like it`() throws {
        #expect(
            try mistake("promot", "shop/test")
                == UsageMistake(
                    message: "there is no command `hoistway promot`",
                    hint: "did you mean `hoistway promote`? Otherwise see `hoistway --help`"
                )
        )
        #expect(
            try mistake("token", "creat", "ci")
                == UsageMistake(
                    message: "there is no command `hoistway token creat`",
                    hint: "did you mean `hoistway token create`? Otherwise see `hoistway token --help`"
                )
        )
        #expect(try mistake("qqqqqqqq").hint == "see `hoistway --help`")
    }

    @Test func `an option that is not there is named, with one that is like it`() throws {
        let wait = try mistake("promote", "shop/test", "f", "--wiat")
        #expect(wait.message == "unknown option '--wiat'")
        #expect(wait.hint.hasPrefix("did you mean '--wait'? Otherwise see `hoistway promote --help`"))
    }

    @Test func `a missing argument and a wrong value have one line each`() throws {
        let missing = try mistake("why")
        #expect(missing.message == "missing expected argument '<stage>'")
        #expect(missing.hint == "see `hoistway why --help`")
        let value = try mistake("check", "--output", "xml")
        #expect(value.message.hasPrefix("the value 'xml' is invalid for '--output <output>'"))
        #expect(!value.message.contains("\n") && !value.hint.contains("\n"))
        let kind = try mistake("describe", "thing", "x")
        #expect(kind.message.contains("stage, warehouse, ") && !kind.message.contains("\n"), "\(kind.message)")
    }

    @Test func `what a command would leave out silently is refused`() throws {
        #expect(try mistake("events", "--kind", "project").message.hasPrefix("--kind is stage, warehouse, "))
        #expect(
            try mistake("api", "-X", "DELETE", "--input", "-", "tokens/ci").message
                == "--input goes with POST: name it with -X"
        )
    }

    @Test func `a command with a default subcommand keeps its own words`() throws {
        #expect(try mistake("retry", "x").message.contains("'x'"))
    }
}
