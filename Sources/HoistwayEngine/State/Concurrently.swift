/// Runs the body for every item, several at a time: an item that takes long does not delay the others.
func concurrently<Item: Sendable>(
    _ items: [Item],
    atMost limit: Int,
    _ body: @Sendable @escaping (Item) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        var rest = items[...]
        for item in rest.prefix(limit) { group.addTask { try await body(item) } }
        rest = rest.dropFirst(limit)
        while try await group.next() != nil {
            if let item = rest.popFirst() { group.addTask { try await body(item) } }
        }
    }
}
