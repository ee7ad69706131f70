import FoundationEssentials
import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// Collects the pages of a list of tags.
struct TagList {
    private struct Page: Decodable {
        /// `null` for a repository without tags.
        var tags: [String]?
    }

    private(set) var tags: [String] = []
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    mutating func add(_ answer: RegistryAnswer, host: String) throws(RegistryFailure) {
        // The reason would quote the body.
        guard let page = try? JSONDecoder().decode(Page.self, from: Data(answer.body)) else {
            throw .malformed(host: host, detail: "its list of tags is not JSON as the protocol has it")
        }
        tags += (page.tags ?? []).filter(ImageTag.isValid)
        guard tags.count <= limit else { throw .malformed(host: host, detail: "it lists more than \(limit) tags") }
    }

    /// Where the next page is, if there is one: `Link: </v2/…>; rel="next"`, on the same host.
    static func next(
        after answer: RegistryAnswer,
        at address: WebAddress,
        host: String
    ) throws(RegistryFailure) -> WebAddress? {
        guard
            let link = answer.headers["link"].first(where: { $0.contains("rel=\"next\"") || $0.contains("rel=next") })
        else { return nil }
        let target = link.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" }
        guard let next = address.following(String(target)) else {
            throw .malformed(host: host, detail: "its list of tags goes on at an address that is none")
        }
        // Behind a proxy some registries write http into the link of a page that came over https; only path and
        // query are taken, so that the login goes nowhere else.
        guard next.host == address.host, next.target.hasPrefix("/v2/"), next.target != address.target else {
            throw .malformed(host: host, detail: "its list of tags goes on at \(next.authority), which is not itself")
        }
        return WebAddress(isSecure: address.isSecure, host: address.host, port: address.port, target: next.target)
    }
}
