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
        let (status, bytes) = try await execute(request(for: call), within: Self.patientTimeout)
        guard (200..<300).contains(status) else { throw Self.refusal(status, bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Passes on what a stream sends, until the server ends it.
    func stream(_ call: APICall, _ take: (String) -> Void) async throws {
        do {
            let response = try await client.execute(request(for: call), deadline: .distantFuture)
            guard response.status == .ok else {
                let body = try await response.body.collect(upTo: 1 << 20)
                throw Self.refusal(Int(response.status.code), Array(body.readableBytesView))
            }
            var lines = WholeLines()
            for try await bytes in response.body {
                if let text = lines.add(bytes.readableBytesView) { take(text) }
            }
            if let text = lines.end { take(text) }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure.unreachable(server: url, detail: Self.explain(error))
        }
    }

    private func request(for call: APICall) -> HTTPClientRequest {
        var request = request(call.path)
        request.method = HTTPMethod(rawValue: call.method)
        if let body = call.body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        return request
    }

    private struct AnyPage: Decodable, Sendable {
        var items: [PlainJSON]
        var next: String?
    }

    /// All pages of a list as one.
    ///
    /// - Parameter most: how many pages; a list with more of them is refused, since it is kept in memory.
    func pages(of call: APICall, most: Int = 200) async throws -> String {
        var call = call
        var items: [PlainJSON] = []
        for _ in 0..<most {
            let text = try await answer(to: call)
            guard let page = try? JSONDecoder().decode(AnyPage.self, from: Data(text.utf8)) else {
                throw CommandFailure.usage("the route answers no list", hint: "leave out --paginate")
            }
            items += page.items
            guard let next = page.next else { return WrittenJSON.text(["items": items]) }
            call.set("cursor", next)
        }
        throw CommandFailure.failed(
            "the list has more than \(Listing.count(most, "page"))",
            hint: "make the pages larger with -f limit=\(Operation.limits.upperBound), or choose a part with filters"
        )
    }
}
