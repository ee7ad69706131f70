import HoistwayCrypto
import HoistwayModel

/// A page of a list.
package struct Page<Item: Codable & Sendable>: Codable, Sendable {
    package var items: [Item]
    /// The cursor of the next page; `nil`: this is the last one.
    package var next: String?
    /// The start for the event stream, so that no later change is missed.
    package var revision: String
}

/// The end of a page: the sort key of its last item, and the list that it belongs to.
///
/// It is never an offset, so that items that are added or removed between two pages cause no repetition and no gap.
struct Cursor: Equatable, Sendable {
    /// In the list's sort order.
    var key: [String]

    /// Everything that identifies the list: the operation and its filters, but not the page size.
    static func list(of call: Call) throws -> [UInt8] {
        let filters = call.query.filter { $0.key != "cursor" && $0.key != "limit" }.sorted { $0.key < $1.key }
        // Escaped: a value with a line feed must not look like two filters.
        let text = ([call.operation.id.rawValue] + filters.map { "\($0.key)=\(PercentEncoding.escaped($0.value))" })
            .joined(separator: "\n")
        return Array(SHA256.hash(text + "\n" + (try call.caller.project ?? "")).prefix(8))
    }

    func text(list: [UInt8]) -> String {
        Base64.encode(list + Array(key.joined(separator: "\n").utf8), .url)
    }

    /// `nil`: from the beginning.
    init?(of call: Call) throws {
        guard let text = call.query["cursor"] else { return nil }
        let list = try Self.list(of: call)
        guard let bytes = Base64.decode(text, .url), bytes.count > list.count,
            let keys = String(validating: bytes.dropFirst(list.count), as: UTF8.self)
        else { throw Self.unknown }
        guard Array(bytes.prefix(list.count)) == list else {
            throw APIError(
                .cursorMismatch,
                "the cursor belongs to a list with other parameters",
                hint: "use a cursor with the parameters of the page that gave it, or leave it out"
            )
        }
        key = keys.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The key of a list that is sorted by one number.
    var number: Int64 {
        get throws(APIError) {
            guard let number = key.first.flatMap({ Int64($0) }) else { throw Self.unknown }
            return number
        }
    }

    static let unknown = APIError.parameter("cursor", "this server did not give this cursor")

    init(key: [String]) {
        self.key = key
    }
}

extension Call {
    /// A page of the found items; one item more than the page size means that there is a next page.
    ///
    /// - Parameter key: the sort key of an item, without line feeds.
    func page<Item>(_ found: [Item], revision: String, key: (Item) -> [String]) throws -> Page<Item> {
        let items = Array(found.prefix(limit))
        guard found.count > limit, let last = items.last else {
            return Page(items: items, next: nil, revision: revision)
        }
        let next = Cursor(key: key(last)).text(list: try Cursor.list(of: self))
        return Page(items: items, next: next, revision: revision)
    }
}
