import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// One run of `get` for things of one kind.
struct ThingList<Item: ThingView>: Sendable {
    private let operation: OperationID
    private let names: [String]
    private let list: ListOptions
    private let options: ClientOptions
    /// `nil`: all projects.
    var project: String?
    /// Parameters besides the project.
    var query: [(String, String?)] = []
    /// Where `--limit` is not given; `nil`: all there are.
    var usualLimit: Int?
    /// The order for people, if it is not the server's.
    var order: @Sendable ([Item]) -> [Item] = { $0 }
    /// A line below the table says how many deliveries wait.
    var showsBacklog = false

    init(_ operation: OperationID, names: [String], list: ListOptions, options: ClientOptions) {
        self.operation = operation
        self.names = names
        self.list = list
        self.options = options
    }

    func run() async throws {
        guard names.isEmpty || query.allSatisfy({ $0.1 == nil }) else {
            throw CommandFailure.usage(
                "names and filters exclude each other",
                hint: "leave out the names or the filters"
            )
        }
        try await ConsoleClient.with(options) { client in
            if list.watch {
                return try await OutputReader.follow {
                    try await ThingWatch(list: self, options: options, client: client).run()
                }
            }
            if names.count == 1, let name = names.first {
                let answer = try await Item.find(name, in: project, client)
                guard options.display.output == .wide || list.noHeaders else {
                    return try options.show(answer, as: \.detail)
                }
                return try options.show(answer) { text(of: [$0]) }
            }
            var answer = try await items(client)
            if let field = list.sortBy {
                answer.value.items = try ThingOrder(field).sorted(answer.value.items)
                answer.json = WrittenJSON.text(answer.value)
            } else if options.display.output.isText {
                answer.value.items = order(answer.value.items)
            }
            var below: [String] = []
            if options.display.output.isText, !list.noHeaders {
                if showsBacklog, let line = try await client.ask(.getBacklog, as: DeliveryQueue.self).value.note {
                    below.append(line)
                }
                if let next = answer.value.next { below.append("more: --after \(next)") }
            }
            try options.show(answer) { ([text(of: $0.items)] + below).joined(separator: "\n") }
        }
    }

    /// The table; with `--no-headers` its rows only.
    private func text(of items: [Item]) -> String {
        var sheet = Item.sheet(items, options.display.look(project: project))
        if list.noHeaders { sheet.notes = [] }
        return list.noHeaders && sheet.table.isEmpty ? "" : sheet.text(form)
    }

    var form: Table.Form {
        var form = options.display.form
        form.hasHeading = !list.noHeaders
        return form
    }

    /// The named things, else a page of the list.
    func items(_ client: ConsoleClient) async throws -> Answer<Page<Item>> {
        var page = try await client.page(
            operation,
            query: query + [("project", Item.kind == .project ? nil : project)],
            after: list.after,
            limit: names.isEmpty ? list.limit ?? usualLimit : 1,
            of: Item.self
        )
        guard !names.isEmpty else { return page }
        page.value.items = []
        page.value.next = nil
        for name in names { page.value.items.append(try await Item.find(name, in: project, client).value) }
        page.json = WrittenJSON.text(page.value)
        return page
    }
}
