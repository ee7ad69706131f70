import HoistwayModel
import Testing

@testable import HoistwayNotify

struct SlackMessageTests {
    private static func text(reason: String, summary: String = "app 1.2.0") -> NoticeText {
        NoticeText(
            occurrence: Occurrence(
                .promotionFailed,
                at: Timestamp(seconds: 1_800_000_000),
                projects: ["shop"],
                stage: StageKey(project: "shop", name: "prod"),
                freight: FreightID("0123456789abcdef"),
                summary: summary,
                promotion: PromotionID("prod.01.0123456"),
                reason: reason,
                next: "`hoistway promote shop/prod wavy` tries again"
            ),
            publicURL: "https://hoistway.example.com/ops/"
        )
    }

    @Test func `a message says what, where, why, what next, and links to the console`() throws {
        let message = SlackMessage(Self.text(reason: "the branch is protected")).text
        #expect(
            message == """
                *Promotion to shop/prod failed*
                Stage: shop/prod
                Freight: app 1.2.0 (0123456)
                Promotion: prod.01.0123456
                the branch is protected
                Next: `hoistway promote shop/prod wavy` tries again
                <https://hoistway.example.com/ops/projects/shop/promotions/prod.01.0123456>
                """
        )
    }

    @Test(arguments: [
        "<!channel> look", "<https://evil.example|click here>", "@here @all", "a\n*Promotion succeeded*",
        "[click](https://evil.example)",
    ])
    func `text of a payload calls nobody, links nowhere and makes no lines of its own`(hostile: String) {
        let message = SlackMessage(Self.text(reason: hostile, summary: hostile)).text
        #expect(!message.contains("<!"))
        #expect(!message.contains("<https://evil"))
        #expect(!message.contains("@here") && !message.contains("@all"))
        #expect(!message.contains("](http"))
        #expect(!message.contains("\n*Promotion succeeded*"))
    }

    @Test func `a long reason is cut, and so is the message`() {
        let message = SlackMessage(Self.text(reason: String(repeating: "<", count: 100_000))).text
        #expect(message.count <= SlackMessage.maxCharacters)
    }
}
