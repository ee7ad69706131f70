import AsyncHTTPClient
import HoistwayModel
import HoistwayPorts
import NIOCore
import NIOHTTP1

/// One end of a transfer: the address and the request.
struct BlobEnd: Sendable {
    var transport: RegistryTransport
    var address: WebAddress
    var headers: HTTPHeaders
    var repository: RegistryRepository
}

/// Reads content at one registry and writes it to another at the same time: nothing is stored.
enum BlobRelay {
    enum Outcome: Sendable {
        /// The source does not send it; nothing was written.
        case notGiven(RegistryAnswer)
        case answered(RegistryAnswer)
    }

    /// - Parameter size: in bytes; content of another size is refused.
    static func run(from source: BlobEnd, to target: BlobEnd, size: Int) async throws(RegistryFailure) -> Outcome {
        let limit = target.transport.options.transferTimeout
        do {
            return try await Deadline.within(limit) {
                let deadline = NIODeadline.now() + RegistryTransport.amount(limit)
                let (response, isRedirected) = try await source.transport.opened(source, deadline: deadline)
                guard response.status == .ok else {
                    return .notGiven(try await answer(response, isRedirected: isRedirected))
                }
                var request = try target.transport.request(
                    .PUT,
                    target.address,
                    headers: target.headers,
                    for: target.repository
                )
                let body = SourceBody(body: response.body, host: source.repository.host)
                request.body = .stream(body, length: .known(Int64(size)))
                let client = target.transport.client(to: target.address, for: target.repository)
                return .answered(try await answer(client.execute(request, deadline: deadline)))
            }
        } catch let failure as RegistryFailure {
            throw failure
        } catch {
            throw target.transport.failure(
                error,
                to: target.address,
                for: target.repository,
                limit: OCIRegistryClient.maxManifestBytes,
                within: limit
            )
        }
    }

    private static func answer(
        _ response: HTTPClientResponse,
        isRedirected: Bool = false
    ) async throws -> RegistryAnswer {
        let body = try await response.body.collect(upTo: OCIRegistryClient.maxManifestBytes)
        return RegistryAnswer(
            status: Int(response.status.code),
            headers: response.headers,
            body: Array(body.readableBytesView),
            isRedirected: isRedirected
        )
    }

    /// The source's content; its failures differ from those of the target.
    private struct SourceBody: AsyncSequence, Sendable {
        typealias Element = ByteBuffer

        struct AsyncIterator: AsyncIteratorProtocol {
            var inner: HTTPClientResponse.Body.AsyncIterator
            let host: String

            mutating func next() async throws -> ByteBuffer? { try await next(isolation: nil) }

            mutating func next(isolation actor: isolated (any _Concurrency.Actor)?) async throws(any Error)
                -> ByteBuffer?
            {
                do {
                    return try await inner.next(isolation: actor)
                } catch {
                    throw RegistryFailure.unreachable(host: host, detail: "it stopped in the middle of a layer")
                }
            }
        }

        let body: HTTPClientResponse.Body
        let host: String

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(inner: body.makeAsyncIterator(), host: host) }
    }
}

extension RegistryTransport {
    /// The beginning of an answer to a GET of a blob, whose content may be at another host.
    fileprivate func opened(
        _ end: BlobEnd,
        deadline: NIODeadline
    ) async throws -> (response: HTTPClientResponse, isRedirected: Bool) {
        var address = end.address
        var headers = end.headers
        let host = end.repository.host
        for turn in 0...Self.maxRedirects {
            let request = try request(.GET, address, headers: headers, for: end.repository)
            let response: HTTPClientResponse
            do {
                response = try await client(to: address, for: end.repository).execute(request, deadline: deadline)
            } catch {
                throw failure(error, to: address, for: end.repository, limit: 0, within: options.transferTimeout)
            }
            guard [301, 302, 303, 307, 308].contains(Int(response.status.code)) else { return (response, turn > 0) }
            headers.remove(name: "authorization")
            let answer = RegistryAnswer(status: Int(response.status.code), headers: response.headers, body: [])
            address = try target(of: answer, from: address, isBlob: true, for: end.repository)
        }
        throw RegistryFailure.malformed(host: host, detail: "it redirects more than \(Self.maxRedirects) times")
    }
}
