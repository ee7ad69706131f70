import ArgumentParser
import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `hoistway wait KIND NAME`: waits until a condition is true.
struct Wait: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Wait until a promotion has ended, or a stage is healthy, or freight is verified.",
        discussion: """
            It looks at once, then follows the server's events. Each change is one line on standard error. Exit codes: \
            0 it is true, 1 it cannot become true, 5 time-out, 6 the server cannot be reached.
            """
    )

    @Argument(help: "promotion, stage or freight.")
    var kind: ThingKind

    @Argument(
        help: "Its name, `project/name`, or its id or a beginning of it.",
        completion: .custom(Completions.named)
    )
    var name: String

    @Option(
        name: .customLong("for"),
        help: """
            phase=PHASE (promotion, stage), healthy (stage), verified (stage, freight) or verified=STAGE (freight). \
            Default: phase=Succeeded, healthy or verified.
            """
    )
    var condition: String?

    @Option(help: "How long, as 90s or 10m.")
    var timeout = "10m"

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    func run() async throws {
        let limit = try WaitLimit.parse(timeout)
        let condition = try condition.map { try WaitCondition($0, of: kind) } ?? WaitCondition.usual(of: kind)
        let deadline = ContinuousClock.now + limit
        try await ConsoleClient.with(options) { client in
            let client = client.until(deadline)
            switch kind {
            case .stage: try await wait(client, deadline, condition, StageView.self) { condition.standing(of: $0) }
            case .freight:
                try await wait(client, deadline, condition, FreightView.self) { condition.standing(of: $0) }
            default:
                try await wait(client, deadline, condition, PromotionView.self) { condition.standing(of: $0) }
            }
        }
    }

    private func wait<Item: ThingView>(
        _ client: ConsoleClient,
        _ deadline: ContinuousClock.Instant,
        _ condition: WaitCondition,
        _ type: Item.Type,
        _ standing: (Item) -> WaitCondition.Standing
    ) async throws {
        var answer = try await Item.find(name, in: scope.name, client)
        let found = answer.value
        if let freight = found as? FreightView { try await condition.check(for: freight, client) }
        let handle = found.handle
        var told = ""
        let follower = EventFollower(client: client, deadline: deadline)
        let (kinds, project) = (Item.kind.events, found.projectName)
        let ending = try await follower.follow(isAbout: { $0.isAbout(kinds, in: project) }) {
            answer = try await Item.find(handle, in: project, client)
            guard case .waiting(let missing) = standing(answer.value) else { return false }
            if told != missing, options.display.output.isText {
                Terminal.printError(SafeText.line("\(Item.kind.rawValue) \(handle): \(missing)"))
            }
            told = missing
            return true
        }
        guard case .done = ending else {
            throw CommandFailure.timedOut(
                "after \(timeout), \(Item.kind.rawValue) \(handle): \(told); its last state: \(answer.value.news)",
                hint: "`hoistway describe \(Item.kind.rawValue) \(handle)` shows more"
            )
        }
        if case .never(let reason) = standing(answer.value) {
            throw CommandFailure.failed("\(Item.kind.rawValue) \(handle): \(reason)")
        }
        try options.show(answer) { _ in "\(Item.kind.rawValue) \(handle): \(answer.value.news)" }
    }
}

extension WaitCondition {
    /// Fails where the freight can never be verified in the stage, since the stage does not exist or takes none of it.
    fileprivate func check(for freight: FreightView, _ client: ConsoleClient) async throws {
        guard case .verified(let stage?) = self else { return }
        let query = [("project", freight.project as String?)]
        let stages = try await client.list(.listStages, query: query, of: StageView.self).value.items
        let takers = stages.filter { $0.upstream.contains { $0.warehouse == freight.warehouse } }.map(\.name)
        guard !takers.contains(stage) else { return }
        throw CommandFailure.usage(
            stages.contains { $0.name == stage }
                ? "stage \(stage) takes no freight of warehouse \(freight.warehouse)"
                : "project \(freight.project) has no stage \(SafeText.line(stage))",
            hint: takers.isEmpty
                ? "no stage takes this freight" : "name one of \(Listing.text(takers.sorted(), limit: 8))"
        )
    }
}
