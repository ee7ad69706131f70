/// Does something with every item, with several at a time: one that takes long does not hold up the others.
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
