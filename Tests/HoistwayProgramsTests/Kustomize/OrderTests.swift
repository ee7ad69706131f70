import HoistwayEdits
import Testing

struct OrderTests {
    @Test(arguments: [
        ("resources: [a]\n", "sortOptions: {order: fifo}\nresources: [a]\n"),
        ("# c\n\nresources:\n- a\n", "# c\n\nsortOptions: {order: fifo}\nresources:\n- a\n"),
        ("---\nresources: [a]\n", "---\nsortOptions: {order: fifo}\nresources: [a]\n"),
        ("  resources: [a]\n  namespace: x\n", "  sortOptions: {order: fifo}\n  resources: [a]\n  namespace: x\n"),
        ("{resources: [a]}", "{sortOptions: {order: fifo}, resources: [a]}"),
        ("\u{feff}resources: [a]\n", "\u{feff}sortOptions: {order: fifo}\nresources: [a]\n"),
        ("sortOptions: {order: legacy}\nresources: [a]\n", "sortOptions: {order: legacy}\nresources: [a]\n"),
        ("resources: [a]\nsortOptions:\n  order: legacy\n", "resources: [a]\nsortOptions:\n  order: legacy\n"),
    ])
    func `a kustomization keeps its order unless it has sortOptions of its own`(_ before: String, _ after: String)
        throws
    {
        #expect(String(decoding: try KustomizationOrder.keepingOrder(Array(before.utf8)), as: UTF8.self) == after)
    }
}
