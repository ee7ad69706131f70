import HoistwayModel
import Logging

/// What of a transaction is worth a line in the log: new freight, and promotions that begin or end.
struct News: Sendable {
    var message: Logger.Message
    var metadata: Logger.Metadata

    static func of(_ changes: [Change]) -> [News] {
        changes.compactMap { change in
            switch change {
            case .putFreight(let record) where record.currentlyIn.isEmpty && record.verifiedIn.isEmpty:
                News(
                    message: "freight",
                    metadata: [
                        "freight.id": .string(record.freight.id.text), "freight.alias": .string(record.freight.alias),
                        "summary": .string(record.freight.summary), "cause": .string(record.cause),
                    ]
                )
            case .putPromotion(let record) where record.phase.isTerminal || record.nextTry != nil:
                News(message: "promotion", metadata: metadata(of: record))
            default: nil
            }
        }
    }

    private static func metadata(of record: PromotionRecord) -> Logger.Metadata {
        [
            "promotion.id": .string(record.id.text), "stage.name": .string(record.stage.description),
            "phase": .string(record.phase.rawValue), "message": .string(record.message),
        ]
    }
}
