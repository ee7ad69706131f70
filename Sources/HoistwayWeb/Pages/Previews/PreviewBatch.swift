import HoistwayModel
import HoistwayPorts
import Synchronization

/// Previews of one piece of freight in several stages, for a person to look at together.
///
/// All of them are requested at once; the server runs two at a time for a token, and then the next ones.
struct PreviewBatch: Sendable {
    enum Step: Sendable, Equatable {
        /// The preview with this id.
        case previewed(String)
        /// Why there is no preview.
        case refused(String)
    }

    struct Row: Sendable {
        let stage: String
        let step: Step
    }

    let id: String
    let project: String
    let freight: String
    /// The token that requested it; others cannot see it.
    let actor: String
    let createdAt: Timestamp
    let rows: [Row]
    /// By stage: why the last click made no promotion.
    var notes: [String: String] = [:]

    /// The most stages of a batch.
    static let maxStages = 50
}

/// The batches that people look at, in memory: after a restart they must be requested again, like previews.
final class PreviewBatches: Sendable {
    /// How long a batch is kept: fifty previews with the longest run time, and the time for which the last one is kept.
    private static let lifetime = Duration.seconds(3 * 3600)
    /// Above this number the oldest is forgotten.
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
