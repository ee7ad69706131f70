import ArgumentParser
import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `hoistway promote`: freight to a stage, by hand.
struct Promote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Promote freight to a stage.")

    /// Pause between two looks at a promotion that is waited for.
    private static let pause = Duration.milliseconds(250)

    @Argument(help: "`name` where only one project has it, else `project/name`; none with --downstream-from.")
    var stage: String?

    @Argument(help: "Id, beginning of one, or alias; none with --warehouse.")
    var freight: String?

    @Option(help: "Promote the freight of this warehouse that automatic promotion would choose.")
    var warehouse: String?

    @Option(help: "Promote to every stage that takes the freight from this one.")
    var downstreamFrom: String?

    @Option(help: "Accept that this tree exceeds the stage's limits; the refused promotion names it.")
    var accept: String?

    @Flag(help: "Wait until it is over; exit with 1 unless it succeeded.")
    var wait = false

    @OptionGroup var options: ClientOptions

    func validate() throws {
        if downstreamFrom != nil {
            guard stage != nil, freight == nil, warehouse == nil, accept == nil else {
                throw ValidationError("with --downstream-from, name the freight and nothing else")
            }
            return
        }
        guard stage != nil, (freight == nil) != (warehouse == nil) else {
            throw ValidationError("name a stage, and freight or --warehouse")
        }
    }

    func run() async throws {
        try await ConsoleClient.with(options) { client in
            if let downstreamFrom {
                // The only argument is the freight there.
                let body = PromoteBody(downstreamFrom: downstreamFrom, freight: stage)
                return try await promoteAll(client, body)
            }
            let body = PromoteBody(stage: stage, freight: freight, warehouse: warehouse, acceptTree: accept)
            var answer = try await client.post("promote", body, as: PromotionView.self)
            if wait { answer = try await end(of: answer, client) }
            options.show(answer, as: \.detail)
            guard !wait || answer.value.phase == .succeeded else { throw ExitStatus.failed }
        }
    }

    private func promoteAll(_ client: ConsoleClient, _ body: PromoteBody) async throws {
        let started = try await client.post("promote", body, as: Items<PromotionView>.self)
        guard wait else {
            options.show(started) { PromotionView.table($0.items) }
            return
        }
        var hasFailed = false
        for one in started.value.items {
            let first = try await client.get("promotions/\(ConsoleClient.escaped(one.id))", as: PromotionView.self)
            let answer = try await end(of: first, client)
            options.show(answer, as: \.detail)
            if answer.value.phase != .succeeded { hasFailed = true }
        }
        if hasFailed { throw ExitStatus.failed }
    }

    private func end(of first: Answer<PromotionView>, _ client: ConsoleClient) async throws -> Answer<PromotionView> {
        var answer = first
        var told = ""
        while !answer.value.phase.isTerminal {
            // What it waits for may need a person, who would wait for ever.
            let message = answer.value.message
            if !message.isEmpty, message != told, let next = answer.value.nextTry {
                let phase = answer.value.phase.rawValue
                Terminal.printError(
                    SafeText.line("\(answer.value.id) is \(phase): \(message); looks again at \(next.rfc3339)")
                )
                told = message
            }
            try await Task.sleep(for: Self.pause)
            answer = try await client.get("promotions/\(answer.value.id)", as: PromotionView.self)
        }
        return answer
    }
}
