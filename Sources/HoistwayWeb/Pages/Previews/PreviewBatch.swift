import HoistwayModel
import HoistwayPorts
import Synchronization

/// Previews of one piece of freight in several stages, which a person looks at together.
///
/// All of them are asked for at once; the server makes two for a token at a time, and goes on by itself.
struct PreviewBatch: Sendable {
    enum Step: Sendable, Equatable {
        /// The preview of this id.
        case previewed(String)
        /// Why there is none.
        case refused(String)
    }

    struct Row: Sendable {
        let stage: String
        let step: Step
    }

    let id: String
    let project: String
    let freight: String
    /// The token that began it; nobody else sees it.
    let actor: String
    let createdAt: Timestamp
    let rows: [Row]
    /// By stage: why the promotion was not made at the last click.
    var notes: [String: String] = [:]

    /// How many stages a batch has at most.
    static let maxStages = 50
}

/// The batches that people look at now, in memory: after a restart they are begun again, as previews are.
final class PreviewBatches: Sendable {
    /// So long a batch is kept: fifty previews that take their full time, and as long as the last one is kept.
    private static let lifetime = Duration.seconds(3 * 3600)
    /// Beyond so many the oldest is forgotten.
    private static let limit = 200

    private let batches = Mutex<[String: PreviewBatch]>([:])

    func add(
        project: String,
        freight: String,
        rows: [PreviewBatch.Row],
        actor: String,
        now: Timestamp
    ) -> PreviewBatch {
        let batch = PreviewBatch(
            id: RandomName.make(),
            project: project,
            freight: freight,
            actor: actor,
            createdAt: now,
            rows: rows
        )
        batches.withLock { batches in
            batches = batches.filter { now - $0.value.createdAt < Self.lifetime }
            if batches.count >= Self.limit,
                let oldest = batches.min(by: { $0.value.createdAt < $1.value.createdAt })
            {
                batches[oldest.key] = nil
            }
            batches[batch.id] = batch
        }
        return batch
    }

    func batch(_ id: String, now: Timestamp) -> PreviewBatch? {
        batches.withLock { $0[id] }.flatMap { now - $0.createdAt < Self.lifetime ? $0 : nil }
    }

    func note(_ text: String, _ id: String, _ stage: String) {
        batches.withLock { $0[id]?.notes[stage] = text }
    }
}
