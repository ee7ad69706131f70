/// A pipeline's cards with their places.
package struct PipelineDrawing: Sendable {
    package let fold: PipelineFold
    package let layout: GraphLayout

    package static let warehouseSize = GraphLayout.Size(width: 200, height: 56)
    package static let stageSize = GraphLayout.Size(width: 224, height: 96)

    package init(_ shape: PipelineShape, open: [String] = []) {
        fold = PipelineFold(shape, open: open)
        let drawn = fold.hidden > 0 ? [] : fold.cards
        let sizes = drawn.map { card in
            if case .warehouse = card { Self.warehouseSize } else { Self.stageSize }
        }
        layout = GraphLayout(sizes: sizes, edges: fold.edges.map { ($0.from, $0.to) })
    }
}
