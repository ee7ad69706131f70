import FoundationEssentials
import HoistwayModel

/// Our own form: the event as data, keys sorted, times in UTC.
struct GenericMessage: Encodable {
    var id: String
    var event: String
    var title: String
    var at: String
    var projects: [String]?
    var stage: String?
    var freight: String?
    var summary: String?
    var promotion: String?
    var delivery: Int64?
    var receiver: String?
    var mode: String?
    var reason: String
    var next: String?
    var link: String?

    init(_ notice: Notice, _ text: NoticeText) {
        let occurrence = notice.occurrence
        id = notice.id
        event = occurrence.event.rawValue
        title = text.title
        at = occurrence.at.rfc3339
        projects = occurrence.projects
        stage = occurrence.stage?.description
        freight = occurrence.freight?.text
        summary = occurrence.summary
        promotion = occurrence.promotion?.text
        delivery = occurrence.delivery
        receiver = occurrence.receiver
        mode = occurrence.mode?.rawValue
        reason = occurrence.reason
        next = occurrence.next
        link = text.link
    }

    var bytes: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Array(try encoder.encode(self))
        }
    }
}
