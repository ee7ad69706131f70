import HoistwayCrypto
import HoistwayModel
import Testing

@testable import HoistwayNotify

struct NoticeSignatureTests {
    /// The first is the example of the Standard Webhooks libraries; the second was computed with Python's `hmac`.
    @Test(arguments: [
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ("plain secret", "v1,gke7k785FD6W2FuaDcrvG3sQcmFE9YVaaAmarK4oi68="),
    ])
    func `messages are signed as Standard Webhooks says`(secret: String, expected: String) throws {
        let headers = try NoticeSignature.headers(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            body: Array(#"{"test": 2432232314}"#.utf8),
            secret: Secret(secret),
            at: Timestamp(seconds: 1_614_265_330)
        )
        #expect(headers.map(\.0) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(headers.map(\.1) == ["msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", expected])
    }

    @Test func `nothing is signed with a secret that cannot be read`() {
        #expect(throws: SignatureFailure.self) {
            try NoticeSignature.headers(id: "a", body: [], secret: Secret("whsec_ä"), at: Timestamp(seconds: 0))
        }
    }
}
