import Synchronization

/// Keeps the drawings that were used last, so that each is made once for all people who look at it.
///
/// A drawing depends only on its key: it stays correct as long as the manifests give the same pipeline, whatever else
/// in them changes.
package final class DrawingCache: Sendable {
    private struct Key: Hashable {
        let shape: PipelineShape
        let open: [String]
    }

    private struct State {
        var drawings: [Key: (drawing: PipelineDrawing, lastUse: Int)] = [:]
        var uses = 0

        mutating func use(_ key: Key) -> PipelineDrawing? {
            uses += 1
            drawings[key]?.lastUse = uses
            return drawings[key]?.drawing
        }

        mutating func keep(_ drawing: PipelineDrawing, for key: Key, limit: Int) {
            uses += 1
            drawings[key] = (drawing, uses)
            guard drawings.count > limit else { return }
            drawings.min { $0.value.lastUse < $1.value.lastUse }.map { drawings[$0.key] = nil }
        }
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: the most drawings that are kept.
    package init(limit: Int = 64) {
        self.limit = limit
    }

    package var count: Int { state.withLock { $0.drawings.count } }

    package func drawing(of shape: PipelineShape, open: [String] = []) -> PipelineDrawing {
        let key = Key(shape: shape, open: open)
        if let known = state.withLock({ $0.use(key) }) { return known }
        let made = PipelineDrawing(shape, open: open)
        state.withLock { $0.keep(made, for: key, limit: limit) }
        return made
    }
}
