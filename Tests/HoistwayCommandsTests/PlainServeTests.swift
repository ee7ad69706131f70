import ArgumentParser
import Testing

@testable import HoistwayCommands

/// `serve` is read without the parser where that is enough.
struct PlainServeTests {
    @Test(arguments: [["serve"], ["serve", "--config", "a.yaml"], ["serve", "--config", "./-odd name.yaml"]])
    func `a plain command line says the same to both`(_ arguments: [String]) throws {
        let plain = try #require(Serve(plain: arguments))
        let parsed = try #require(try Hoistway.parseAsRoot(arguments) as? Serve)
        #expect(plain.config == parsed.config)
    }

    @Test(arguments: [
        [], ["check"], ["serve", "--help"], ["serve", "--config"], ["serve", "--config", "--help"],
        ["serve", "--config=a.yaml"], ["serve", "--config", ""], ["serve", "--config", "a.yaml", "--config", "b.yaml"],
        ["serve", "x"], ["serve", "--unknown", "a.yaml"], ["--config", "a.yaml", "serve"],
    ])
    func `all else is the parser's`(_ arguments: [String]) {
        #expect(Serve(plain: arguments) == nil)
    }
}
