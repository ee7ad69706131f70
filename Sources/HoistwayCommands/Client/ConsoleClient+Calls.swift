import AsyncHTTPClient
import FoundationEssentials
import HoistwayConsole
import HoistwayModel
import NIOCore
import NIOHTTP1

/// Requests that a person has put together.
extension ConsoleClient {
    /// What the server answered, as it was written.
    func answer(to call: APICall) async throws -> String {
        var request = request(call.path)
        request.method = HTTPMethod(rawValue: call.method)
        if let body = call.body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let (status, bytes) = try await execute(request, within: Self.patientTimeout)
        guard (200..<300).contains(status) else { throw Self.refusal(status, bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private struct AnyPage: Decodable, Sendable {
        var items: [PlainJSON]
        var next: String?
    }

    /// All pages of a list as one.
    func pages(of call: APICall) async throws -> String {
        var call = call
        var items: [PlainJSON] = []
        while true {
            let text = try await answer(to: call)
            guard let page = try? JSONDecoder().decode(AnyPage.self, from: Data(text.utf8)) else {
                throw CommandFailure.usage("the route answers no list", hint: "leave out --paginate")
            }
            items += page.items
            guard let next = page.next else { return WrittenJSON.text(["items": items]) }
            call.set("cursor", next)
        }
    }
}
