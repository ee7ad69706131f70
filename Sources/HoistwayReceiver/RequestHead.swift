import HoistwayModel
import NIOHTTP1

/// The facts from the headers that matter before the body is read.
struct RequestHead {
    var keepAlive: Bool
    /// `nil` for a chunked body; 0 if there is no body.
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
