import HoistwayModel
import NIOHTTP1

/// What the headers say that matters before a body is read.
struct RequestHead {
    var keepAlive: Bool
    /// `nil` where the body comes in chunks; 0 where there is none.
    var contentLength: Int?
    var expectsContinue: Bool
    var contentType: String?
    var headers: HTTPHeaders

    enum Refusal: Error, Equatable {
        case malformed, unsupportedEncoding
    }

    init(_ head: HTTPRequestHead) throws(Refusal) {
        headers = head.headers
        keepAlive = head.isKeepAlive
        guard head.version == .http1_1 || head.version == .http1_0 else { throw .malformed }
        var form = RequestForm()
        for (name, value) in head.headers { form.add(name, value) }
        do throws(RequestForm.Problem) {
            contentLength =
                switch try form.finish(target: head.uri, isOld: head.version == .http1_0) {
                case .bytes(let count): count
                case .chunked: nil
                }
        } catch {
            throw .malformed
        }
        guard !form.isEncoded else { throw .unsupportedEncoding }
        contentType = form.contentType
        expectsContinue = form.expectsContinue
    }
}
