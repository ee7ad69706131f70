package import HoistwayModel

/// Reads one chart's entries from an `index.yaml` while it arrives, and keeps nothing of other charts:
/// <https://helm.sh/docs/topics/chart_repository/#the-index-file>.
///
/// The memory that it needs depends on the chart's own entries and the longest single value, not on the size of the
/// file.
package enum ChartIndex {
    /// Size of the whole file, uncompressed.
    ///
    /// The largest public ones have about 20 MB.
    package static let maxBytes = 50 << 20
    /// Most versions of one chart; more are an error, since a part of them might not contain the newest.
    static let maxVersions = 20_000
    /// Size of the entries that are kept of one chart.
    static let maxKeptBytes = 8 << 20
    /// Most levels of collections.
    static let maxDepth = 64
    /// Size of one value: nothing in an index is longer, except icons, which have some 100 kB at most.
    static let maxValueBytes = 4 << 20
    /// Size of directives and comments before the root's first key.
    ///
    /// libyaml compares each `%TAG` with all earlier ones, so the time grows with the square of their number.
    static let maxPreambleBytes = 64 << 10

    /// Why an index cannot be used; the reason follows the words "its index.yaml".
    package struct Failure: Error, Equatable {
        package var reason: String

        package init(reason: String) {
            self.reason = reason
        }
    }

    /// - Parameters:
    ///   - name: the chart.
    ///   - next: the next piece of the file; `nil` at its end. A piece is freed when the next one is requested.
    /// - Returns: no entries where the index has no such chart. Reading stops after the chart's entries.
    package static func listing(
        of name: String,
        next: @escaping () -> [UInt8]?
    ) throws(Failure) -> ChartListing {
        var reader = ChartIndexReader(name: name, next: next)
        return try reader.listing()
    }
}

/// Reads the events of one file.
private struct ChartIndexReader: ~Copyable {
    private static let unreadableLimit = 100
    private static let maxURLs = 8

    private let name: String
    private var events: IndexEvents
    private var kept = 0

    init(name: String, next: @escaping () -> [UInt8]?) {
        self.name = name
        events = IndexEvents(next: next)
    }

    mutating func listing() throws(ChartIndex.Failure) -> ChartListing {
        while true {
            switch try events.next() {
            case .other: continue
            case .mappingStart: break
            case .streamEnd: throw ChartIndex.Failure(reason: "is empty")
            default: throw ChartIndex.Failure(reason: "is not a mapping")
            }
            break
        }
        while let key = try key() {
            if key == "entries" { return try entries() }
            try skip()
        }
        throw ChartIndex.Failure(reason: "has no entries: is it the index of a repository of charts?")
    }

    private mutating func entries() throws(ChartIndex.Failure) -> ChartListing {
        switch try events.next() {
        case .mappingStart: break
        // `entries:` with no value, as in an empty repository.
        case .scalar: return ChartListing()
        default: throw ChartIndex.Failure(reason: "has entries that are no mapping")
        }
        while let key = try key() {
            if key.utf8.elementsEqual(name.utf8) { return try versions() }
            try skip()
        }
        return ChartListing()
    }

    private mutating func versions() throws(ChartIndex.Failure) -> ChartListing {
        var listing = ChartListing()
        var count = 0
        switch try events.next() {
        case .sequenceStart: break
        case .scalar: return listing
        default: throw ChartIndex.Failure(reason: "lists the chart with something that is no list")
        }
        while true {
            let event = try events.next()
            if event == .end { return listing }
            count += 1
            guard count <= ChartIndex.maxVersions else {
                throw ChartIndex.Failure(reason: "lists more than \(ChartIndex.maxVersions) versions of the chart")
            }
            let problem: String
            switch event {
            case .mappingStart:
                let (entry, reason) = try entry()
                if let entry {
                    kept += entry.version.utf8.count + entry.urls.reduce(64) { $0 + $1.utf8.count }
                    guard kept <= ChartIndex.maxKeptBytes else {
                        throw ChartIndex.Failure(
                            reason: "lists more of the chart than \(ChartIndex.maxKeptBytes >> 20) MiB"
                        )
                    }
                    listing.entries.append(entry)
                    continue
                }
                problem = reason
            case .sequenceStart:
                try skipRest()
                problem = "is a list"
            case .alias: problem = "is an alias, and aliases are not followed"
            default: problem = "is no mapping"
            }
            if listing.unreadable.count < Self.unreadableLimit {
                listing.unreadable.append("entry \(count) of the chart \(problem)")
            }
        }
    }

    private mutating func entry() throws(ChartIndex.Failure) -> (ChartListing.Entry?, reason: String) {
        var version: String?
        var entry = ChartListing.Entry(version: "")
        var flags: Set<String> = []
        while let key = try key() {
            switch key {
            case "version": version = try text(atMost: 256)
            case "digest": entry.digest = try text(atMost: 256)
            case "deprecated", "removed": if try text(atMost: 8) == "true" { flags.insert(key) }
            case "urls": entry.urls = try urls()
            default: try skip()
            }
        }
        guard let version, !version.isEmpty else { return (nil, "has no version that can be read") }
        entry.version = version
        entry.standing = flags.contains("removed") ? .removed : flags.contains("deprecated") ? .deprecated : .offered
        return (entry, "")
    }

    private mutating func urls() throws(ChartIndex.Failure) -> [String] {
        switch try events.next() {
        case .sequenceStart: break
        case .mappingStart:
            try skipRest()
            return []
        default: return []
        }
        var urls: [String] = []
        while true {
            switch try events.next() {
            case .end: return urls
            case .scalar(let text): if urls.count < Self.maxURLs, text.utf8.count <= 8192 { urls.append(text) }
            case .sequenceStart, .mappingStart: try skipRest()
            default: continue
            }
        }
    }

    /// Reads the next key of a mapping; `nil` at its end.
    private mutating func key() throws(ChartIndex.Failure) -> String? {
        switch try events.next() {
        case .end: return nil
        case .scalar(let text): return text
        case .alias: return ""
        case .sequenceStart, .mappingStart:
            // The key is a collection.
            try skipRest()
            return ""
        case .streamEnd, .other: throw ChartIndex.Failure(reason: "ends in the middle")
        }
    }

    /// Reads a value that is a single text; `nil` for any other value.
    private mutating func text(atMost limit: Int) throws(ChartIndex.Failure) -> String? {
        switch try events.next() {
        case .scalar(let text): return text.utf8.count <= limit ? text : nil
        case .sequenceStart, .mappingStart:
            try skipRest()
            return nil
        default: return nil
        }
    }

    private mutating func skip() throws(ChartIndex.Failure) {
        switch try events.next() {
        case .sequenceStart, .mappingStart: try skipRest()
        default: return
        }
    }

    /// Skips to the end of the collection that has just begun.
    private mutating func skipRest() throws(ChartIndex.Failure) {
        let depth = events.depth
        while events.depth >= depth { _ = try events.next(isWanted: false) }
    }
}
