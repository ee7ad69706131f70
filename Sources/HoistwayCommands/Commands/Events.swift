import ArgumentParser
import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// `hoistway events`: what happens, as it happens.
struct Events: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what happens, one line for each change, until Ctrl-C.",
        discussion: """
            Each line has the time, the kind, the name and the present state of what has changed. With -o json, each \
            line is the event as the server has sent it.
            """
    )

    @Option(help: "Only these kinds: stage, warehouse, freight, promotion or delivery. Repeat it for several.")
    var kind: [ThingKind] = []

    @Option(help: "Begin behind this revision of a list, or this id of an event.")
    var after: String?

    @Option(help: "End after so many lines.")
    var limit: Int?

    @OptionGroup var scope: ProjectOption
    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard limit ?? 1 > 0 else { throw ValidationError("--limit must be at least 1") }
        guard !kind.contains(.project) else {
            throw ValidationError("--kind is stage, warehouse, freight, promotion or delivery; -p is for a project")
        }
        guard (after ?? "").utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ValidationError("--after takes a revision of a list, or the id of an event")
        }
    }

    func run() async throws {
        guard options.display.output.isText || options.display.output == .json else {
            throw CommandFailure.usage("events are shown as text or as JSON", hint: "write -o text or -o json")
        }
        try await ConsoleClient.with(options) { client in
            // The stream connects again for ever: this fails if no server is there at all.
            _ = try await client.ask(.getCaller, as: CallerView.self)
            try await OutputReader.follow { try await follow(client) }
        }
    }

    private func follow(_ client: ConsoleClient) async throws {
        var follower = EventFollower(client: client)
        follower.after = after
        follower.pace = .milliseconds(50)
        let (project, kinds) = (scope.name, kind)
        var told: [String: String] = [:]
        var left = limit ?? .max
        try await follower.attend(isAbout: { Self.isAbout($0, project: project, kinds: kinds) }) { events in
            for event in events where left > 0 {
                guard let line = try await line(of: event, client, &told) else { continue }
                Terminal.print(line)
                left -= 1
            }
            return left > 0
        }
    }

    private static func isAbout(_ event: StreamedEvent, project: String?, kinds: [ThingKind]) -> Bool {
        guard event.name != "reset" else { return true }
        guard event.name == "changed" || event.name == "removed", let changed = event.kind else { return false }
        guard project == nil || event.project == project else { return false }
        switch changed {
        // They have no state that people follow.
        case .preview, .audit, .token: return false
        case .project, .configuration: return kinds.isEmpty
        case .stage, .freight, .promotion, .warehouse, .delivery:
            return kinds.isEmpty || ThingKind(changed).map(kinds.contains) ?? false
        }
    }

    /// `nil`: nothing has changed that people see.
    private func line(
        of event: StreamedEvent,
        _ client: ConsoleClient,
        _ told: inout [String: String]
    ) async throws -> String? {
        if options.display.output == .json { return MachineText.json(event.value) }
        let screen = Screen.output(options.display.color)
        let time = SystemClock().now().rfc3339.dropFirst(11).prefix(8)
        func shown(_ kind: String, _ rest: String) -> String {
            let line = SafeText.line("\(time)  \(DisplayWidth.padded(kind, to: 9))  \(rest)")
            guard let columns = screen.columns, options.display.output != .wide else { return line }
            return DisplayWidth.clipped(line, to: columns)
        }
        guard event.name != "reset" else { return shown("stream", "began again: changes before it may be missing") }
        guard let changed = event.kind else { return nil }
        guard let kind = ThingKind(changed), let name = event.object else {
            // The server reports the change of many things at once, or of the configuration.
            return shown(changed.rawValue, event.project.map { "\($0)  has changed" } ?? "has changed")
        }
        guard event.name == "changed" else { return shown(kind.rawValue, "\(name) is gone") }
        guard let news = try await news(kind.type, name, event.project, client) else { return nil }
        guard told.updateValue(news, forKey: "\(kind) \(event.project ?? "") \(name)") != news else { return nil }
        return shown(kind.rawValue, news)
    }

    /// `nil`: it is gone again.
    private func news<Item: ThingView>(
        _ type: Item.Type,
        _ name: String,
        _ project: String?,
        _ client: ConsoleClient
    ) async throws -> String? {
        do {
            let item = try await Item.find(name, in: project, client).value
            return "\(item.handle)  \(item.news)"
        } catch CommandFailure.answered(let status, _, _, _) where status == 404 {
            return nil
        }
    }
}

extension StreamedEvent {
    fileprivate var value: ConfigValue {
        let entries = [
            "event": name, "id": id, "kind": kind?.rawValue, "project": project, "name": object, "reason": reason,
        ]
        return .map(entries.compactMapValues { $0.map { .string($0) } })
    }
}
