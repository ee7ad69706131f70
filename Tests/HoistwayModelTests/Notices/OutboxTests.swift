import HoistwayModel
import Testing

struct OutboxTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    private static func notice(_ number: Int = 0, attempts: Int = 0) -> Notice {
        let occurrence = Occurrence(.promotionFailed, at: now, projects: ["shop"], reason: "no")
        return Notice(id: "n\(number)", target: "ops", occurrence: occurrence, attempts: attempts)
    }

    @Test func `a try that fails is put off, until the bound of tries`() {
        let retry = Outbox.retry(Self.notice(), now: Self.now, pause: .seconds(2), retry: .backoff)
        #expect(retry?.attempts == 1 && retry?.nextTry == Self.now + .seconds(2))
        let last = Self.notice(attempts: Outbox.maxTries - 1)
        #expect(Outbox.retry(last, now: Self.now, pause: .seconds(2), retry: .backoff) == nil)
        #expect(Outbox.retry(Self.notice(), now: Self.now, pause: .seconds(2), retry: .never) == nil)
    }

    @Test func `what is a day old is given up, but not by a clock that was set ahead`() {
        let later = Self.now + Outbox.maxAge
        #expect(Outbox.retry(Self.notice(), now: later, pause: .seconds(2), retry: .backoff) != nil)
        #expect(Outbox.retry(Self.notice(attempts: 2), now: later, pause: .seconds(2), retry: .backoff) == nil)
    }

    @Test func `a full queue drops what is new, for its own target only`() {
        var state = PipelineState()
        for number in 0..<Outbox.maxWaiting { state.apply(.putNotice(Self.notice(number))) }
        let rules = ["ops", "chat"].map { NoticeRule(target: $0, events: [.promotionFailed], projects: nil) }
        let posting = Outbox.post(Self.notice().occurrence, to: rules, on: state) { "new" }
        #expect(posting.dropped == ["ops"])
        #expect(posting.changes.count == 1)
    }

    @Test func `a text that a server sent is cut, even where it is one endless character`() {
        let endless = "e" + String(repeating: "\u{301}", count: 1_000_000)
        let cut = Occurrence(.promotionFailed, at: Self.now, projects: nil, summary: endless, reason: endless)
        #expect(cut.reason.unicodeScalars.count == Occurrence.maxText)
        #expect(cut.summary?.unicodeScalars.count == Occurrence.maxText)
    }
}
