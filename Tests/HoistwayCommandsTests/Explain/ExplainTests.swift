import ArgumentParser
import Testing

@testable import HoistwayCommands

struct ExplainTests {
    private func topic(_ name: String) throws -> ExplainedTopic {
        let found = Explanations.topics(name)
        #expect(found.count == 1, "\(name): \(found.map(\.scope))")
        return try #require(found.first)
    }

    @Test func `a key of the configuration has its type, its default and the keys below it`() throws {
        let receivers = try topic("webhooks.receivers")
        #expect(receivers.scope == "configuration")
        #expect(receivers.keys.map(\.name).contains("sender"))
        let sender = try topic("webhooks.receivers[].sender")
        #expect(sender.field.isRequired && sender.field.type?.hasPrefix("one of github, ") == true)
        #expect(try topic("webhooks.maxBodyBytes").text.contains("default 5 MiB"))
        #expect(try topic("projects.shop.stages.prod.mode").field.type == "one of promote, observe")
    }

    @Test func `a field of a manifest is found below its kind, in any case`() throws {
        let template = try topic("stage.spec.promotionTemplate")
        #expect(template.scope == "manifest" && template.keys.map(\.name) == ["metadata", "spec"])
        #expect(try topic("Stage.spec.PromotionTemplate.spec.steps.uses").field.type == "text")
        // The function `warehouse` is explained too.
        #expect(Explanations.topics("warehouse").map(\.scope) == ["manifest", "function"])
        #expect(Explanations.topics("warehouse").first?.keys.map(\.name).contains("spec.subscriptions") == true)
        #expect(try topic("stage.spec").keys.map(\.name).contains("requestedFreight"))
    }

    @Test func `a step has its keys, outputs and an example`() throws {
        let push = try topic("git-push")
        #expect(push.scope == "step" && push.keys.map(\.name).contains("path"))
        #expect(push.text.contains("OUTPUTS\n  branch") && push.text.contains("EXAMPLE\n  uses: git-push"))
        #expect(try topic("git-commit.config.author.name").field.isRequired)
    }

    @Test func `a function has its form and an example`() throws {
        let function = try topic("imageFrom()")
        #expect(function.name == "imageFrom(repoURL[, origin])")
        #expect(function.text.contains("EXAMPLE"))
    }

    @Test func `a name of several things explains each`() {
        #expect(Explanations.topics("http").map(\.scope) == ["configuration", "step"])
    }

    @Test func `each name that is offered is explained, and no line is wider than a terminal`() {
        for name in Explanations.names {
            let topics = Explanations.topics(name)
            #expect(!topics.isEmpty, "\(name)")
            // The name itself and examples are not broken.
            for line in topics.flatMap({ $0.text.split(separator: "\n").dropFirst().prefix { $0 != "EXAMPLE" } }) {
                #expect(line.count <= 80, "\(line)")
            }
            #expect(topics.allSatisfy { !$0.text.contains("](") }, "\(name)")
        }
    }

    @Test func `what is not there gives a guess`() throws {
        #expect(Explanations.topics("webhooks.recievers").isEmpty)
        let failure = #expect(throws: CommandFailure.self) {
            try (Explain.parseAsRoot(["webhooks.recievers"]) as? Explain)?.run()
        }
        #expect(failure?.hint == "did you mean webhooks.receivers?")
        #expect(failure?.exitStatus == .usage)
    }
}
