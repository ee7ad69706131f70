import ArgumentParser
import FoundationEssentials
import HoistwayConsole
import HoistwayPorts
import HoistwaySettings

/// What shells offer where a name is to be written.
///
/// Names come from the server, within ``limit``; without an answer by then, nothing is offered, and nothing is printed: a
/// shell that completes has no place for errors.
enum Completions {
    /// From the start of the program to its answer a shell may wait 300 ms.
    private static let limit = Duration.milliseconds(200)
    /// More would be of no use in a shell.
    private static let most = 500

    @Sendable static func contexts(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        // The shell has no place for the error.
        ((try? ContextFile(environment: ProcessInfo.processInfo.environment).read().names) ?? []).filter(isPlain)
    }

    @Sendable static func projects(_ words: [String], _ index: Int, _ prefix: String) async -> [String] {
        await offered(words, prefix) { client in
            try await client.list(.listProjects, limit: most, of: ProjectView.self).value.items.map(\.name)
        }
    }

    /// `project/name`; below one project where its name is written already.
    @Sendable static func stages(_ words: [String], _ index: Int, _ prefix: String) async -> [String] {
        await offered(words, prefix) { client in
            try await client.list(
                .listStages,
                query: [("project", project(of: prefix))],
                limit: most,
                of: StageView.self
            )
            .value.items.map { "\($0.project)/\($0.name)" }
        }
    }

    @Sendable static func warehouses(_ words: [String], _ index: Int, _ prefix: String) async -> [String] {
        await offered(words, prefix) { client in
            let query = [("project", project(of: prefix))]
            return try await client.list(.listWarehouses, query: query, limit: most, of: WarehouseView.self)
                .value.items.map { "\($0.project)/\($0.name)" }
        }
    }

    /// Aliases: of the project of the stage that stands before, where one does.
    @Sendable static func freight(_ words: [String], _ index: Int, _ prefix: String) async -> [String] {
        let before = words.prefix(index).last { $0.contains("/") && !$0.contains(":") && !$0.hasPrefix("-") }
        return await offered(words, prefix) { client in
            let query = [("project", before.flatMap { project(of: $0) })]
            return try await client.list(.listFreight, query: query, limit: most, of: FreightView.self)
                .value.items.map { $0.alias.isEmpty ? $0.id : $0.alias }
        }
    }

    @Sendable static func promotions(_ words: [String], _ index: Int, _ prefix: String) async -> [String] {
        await offered(words, prefix) { client in
            try await client.list(.listPromotions, limit: 100, of: PromotionView.self).value.items.map(\.id)
        }
    }

    /// Of the kind that stands before, as in `hoistway wait promotion …`.
    @Sendable static func named(_ words: [String], _ index: Int, _ prefix: String) async -> [String] {
        switch words.prefix(index).compactMap({ ThingKind(argument: $0) }).first {
        case .project: await projects(words, index, prefix)
        case .stage: await stages(words, index, prefix)
        case .warehouse: await warehouses(words, index, prefix)
        case .freight: await freight(words, index, prefix)
        case .promotion: await promotions(words, index, prefix)
        case .delivery, nil: []
        }
    }

    /// What `hoistway open` takes: projects and stages.
    @Sendable static func things(_ words: [String], _ index: Int, _ prefix: String) async -> [String] {
        prefix.contains("/") ? await stages(words, index, prefix) : await projects(words, index, prefix)
    }

    private static func project(of text: String) -> String? {
        text.firstIndex(of: "/").map { String(text[..<$0]) }
    }

    // MARK: Asking

    /// Whether a shell takes the name unchanged.
    ///
    /// The script for bash hands names to `compgen -W`, which runs a `$(…)` in them.
    static func isPlain(_ name: String) -> Bool {
        name.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-", "/", ":", "@", "+": true
            default: scalar.value > 0x7F && scalar.properties.isAlphabetic
            }
        }
    }

    /// Those that begin with what is written, in order, and that a shell takes as they stand.
    private static func offered(
        _ words: [String],
        _ prefix: String,
        _ names: @escaping @Sendable (ConsoleClient) async throws -> [String]
    ) async -> [String] {
        VersionNotice.silence()
        let options = options(in: words)
        let found = await withinLimit {
            let address = try ServerAddress(options, environment: ProcessInfo.processInfo.environment)
            return try await ConsoleClient.with(address, names)
        }
        return found.filter { $0.hasPrefix(prefix) && isPlain($0) }.sorted()
    }

    /// The options of the command line that say which server is meant.
    static func options(in words: [String]) -> ClientOptions {
        let known = ["--server", "--context", "--config", "--token-file"]
        var arguments: [String] = words.contains("--allow-plain-http") ? ["--allow-plain-http"] : []
        for (index, word) in words.enumerated() {
            if known.contains(word), index + 1 < words.count { arguments += [word, words[index + 1]] }
            if let equals = word.firstIndex(of: "="), known.contains(String(word[..<equals])) { arguments.append(word) }
        }
        // Such as --server beside --context: then the defaults are as good as anything.
        return (try? ClientOptions.parse(arguments)) ?? (try? ClientOptions.parse([])) ?? ClientOptions()
    }

    /// Whichever is first: the names, a failure, or the end of the time.
    ///
    /// The other is left behind, since the program ends now: a name that no server resolves, or a connection that hangs,
    /// must not hold up the shell.
    private static func withinLimit(_ body: @escaping @Sendable () async throws -> [String]) async -> [String] {
        let (answers, answer) = AsyncStream.makeStream(of: [String].self, bufferingPolicy: .bufferingOldest(1))
        Task {
            // The shell has no place for the error.
            answer.yield((try? await body()) ?? [])
            answer.finish()
        }
        Task {
            // Nobody cancels this task.
            try? await Task.sleep(for: limit)
            answer.yield([])
            answer.finish()
        }
        for await first in answers { return first }
        return []
    }
}
