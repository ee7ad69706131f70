import FoundationEssentials
import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// Collects the pages of a list of tags.
///
/// The list is complete, or there is an error: the newest tag might be on a page that was not read.
struct TagList {
    private struct Page: Decodable {
        /// `null` for a repository without tags.
        var tags: [String]?
    }

    /// Limit of pages in a row without a new tag: some registries filter after they have cut the page.
    private static let maxIdlePages = 20

    private(set) var tags: [String] = []
    private let limit: Int
    private let host: String
    private var known: Set<String> = []
    /// Targets of the pages that were read.
    private var visited: Set<String> = []
    private var idlePages = 0

    /// `limit`: for the number of tags.
    init(limit: Int, host: String) {
        self.limit = limit
        self.host = host
    }

    /// Adds one page; gives the address of the next one, or `nil` after the last.
    ///
    /// `asked`: the number of tags in the request; `nil` where the registry decides.
    mutating func add(
        _ answer: RegistryAnswer,
        from address: WebAddress,
        asked: Int?
    ) throws(RegistryFailure) -> WebAddress? {
        // The error would quote the body.
        guard let page = try? JSONDecoder().decode(Page.self, from: Data(answer.body)) else {
            throw .malformed(host: host, detail: "its list of tags is not JSON as the protocol has it")
        }
        visited.insert(address.target)
        let listed = page.tags ?? []
        let new = listed.filter { ImageTag.isValid($0) && known.insert($0).inserted }
        tags += new
        guard tags.count <= limit else { throw .malformed(host: host, detail: "it lists more than \(limit) tags") }
        idlePages = new.isEmpty ? idlePages + 1 : 0
        let next = try Self.next(after: answer, at: address, host: host)
        guard let next else {
            // A full page without a link may be the last one, or one of a registry or proxy that omits the link.
            return new.isEmpty || listed.count != asked ? nil : Self.page(after: listed.last, from: address)
        }
        guard !visited.contains(next.target) else {
            throw .malformed(host: host, detail: "its list of tags leads back to a page that was read already")
        }
        guard idlePages < Self.maxIdlePages else {
            throw .malformed(host: host, detail: "\(idlePages) pages of its list of tags in a row bring no new tag")
        }
        return next
    }

    /// The page that begins after a tag; `nil` where the text is not a tag.
    private static func page(after tag: String?, from address: WebAddress) -> WebAddress? {
        guard let tag, ImageTag.isValid(tag) else { return nil }
        let query = address.query.map { $0.split(separator: "&").filter { !$0.hasPrefix("last=") } } ?? []
        return address.with(query: (query + ["last=\(tag)"]).joined(separator: "&"))
    }

    /// The address of the next page, if there is one: `Link: <…>; rel="next"`.
    ///
    /// One link without `rel` counts as the next page, as in other registry clients. Only its query is used: a registry
    /// behind a proxy often writes another scheme, port or path prefix than that of the request.
    static func next(
        after answer: RegistryAnswer,
        at address: WebAddress,
        host: String
    ) throws(RegistryFailure) -> WebAddress? {
        guard let links = LinkHeader.parse(answer.headers["link"]) else {
            throw .malformed(host: host, detail: "the Link header of its list of tags cannot be read")
        }
        var own: [LinkHeader] = []
        for link in links where try starts(link, at: address, host: host) { own.append(link) }
        let named = own.filter(\.isNext)
        let candidates = named.isEmpty ? own.filter { $0.relations == nil } : named
        var found: WebAddress?
        for link in candidates {
            let page = try self.page(link.target, of: address, host: host)
            guard found == nil || found == page else {
                throw .malformed(host: host, detail: "its list of tags goes on at two addresses")
            }
            found = page
        }
        return found
    }

    /// Whether a link belongs to this page, not to another resource that it names.
    private static func starts(
        _ link: LinkHeader,
        at address: WebAddress,
        host: String
    ) throws(RegistryFailure) -> Bool {
        guard let anchor = link.anchor else { return true }
        guard let start = address.resolving(anchor) else {
            throw .malformed(host: host, detail: "a link of its list of tags starts from something that is no address")
        }
        return start.target == address.target && start.host == address.host
    }

    private static func page(
        _ reference: String,
        of address: WebAddress,
        host: String
    ) throws(RegistryFailure) -> WebAddress {
        guard !reference.isEmpty, let next = address.resolving(reference) else {
            throw .malformed(host: host, detail: "the address of the next page of its list of tags is not valid")
        }
        guard next.host == address.host else {
            throw .malformed(host: host, detail: "its list of tags goes on at \(next.authority), which is not itself")
        }
        // The path may have the prefix of a proxy: /registry/v2/team/app/tags/list.
        guard next.path == address.path || next.path.hasSuffix(address.path) else {
            throw .malformed(host: host, detail: "its list of tags goes on at a path that is another repository's")
        }
        return address.with(query: next.query ?? "")
    }
}
