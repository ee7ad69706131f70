import HoistwayModel

/// A place in a file; line and column are counted from 1, the column in characters.
package struct TextPlace: Hashable, Sendable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// Why values of a file were not updated; nothing in the file was changed.
package enum UpdateFailure: Diagnosable, Equatable {
    /// The file does not have the expected format.
    case unreadable(String, at: TextPlace?, hint: String?)
    case key(String, KeyPathFailure)
    case value(key: String, ScalarValueFailure)
    /// - part: the part of the key that is missing; in: the key of the mapping without it, empty for the root; known:
    ///   names in that mapping.
    case missing(key: String, part: String, in: String, known: [String], at: TextPlace)
    /// The first document does not have the key, but a later one does.
    case inLaterDocument(key: String, at: TextPlace)
    case indexOutOfRange(key: String, index: String, count: Int, at: TextPlace)
    /// The value is a list, but the part of the key is not an index.
    case notAnIndex(key: String, part: String, at: TextPlace)
    /// A scalar is where the key continues.
    case scalarInTheWay(key: String, at: TextPlace, parent: String)
    /// A mapping or list is where the key ends.
    case notScalar(key: String, kind: String, at: TextPlace)
    case alias(key: String, name: String, anchor: TextPlace?, at: TextPlace)
    case duplicateKey(key: String, part: String, first: TextPlace, at: TextPlace)
    case cannotEdit(key: String, reason: String, at: TextPlace, hint: String)
    case tooManyUpdates(count: Int, limit: Int)
    /// A chart has no dependency with that name and repository.
    case unknownDependency(name: String, repository: String, known: [String])
    /// The freight's image has no `tag`, or no `digest`.
    case imageWithoutVersion(image: String, part: String)
    /// A value has different kinds in the merged files.
    case cannotMerge(key: String, into: String, from: String, file: String, at: TextPlace)
    /// The edited file is not the intended one; the reason gives the difference.
    case cannotProve(String, at: TextPlace?)

    package var place: TextPlace? {
        switch self {
        case .unreadable(_, let place, _), .cannotProve(_, let place): place
        case .key, .value, .tooManyUpdates, .unknownDependency, .imageWithoutVersion: nil
        case .missing(_, _, _, _, let place), .inLaterDocument(_, let place), .indexOutOfRange(_, _, _, let place),
            .notAnIndex(_, _, let place), .scalarInTheWay(_, let place, _), .notScalar(_, _, let place),
            .alias(_, _, _, let place), .duplicateKey(_, _, _, let place), .cannotEdit(_, _, let place, _),
            .cannotMerge(_, _, _, _, let place):
            place
        }
    }

    package var message: String { place.map { "line \($0.line), column \($0.column): \(reason)" } ?? reason }

    /// With the name of the file, in the format of compilers: `values.yaml:3:5: …`.
    package func message(file: String) -> String {
        place.map { "\(file):\($0.line):\($0.column): \(reason)" } ?? "\(file): \(reason)"
    }

    /// The message without a place.
    package var reason: String {
        switch self {
        case .unreadable(let problem, _, _): problem
        case .key(let key, let failure): "the key \(excerpt(key)) \(failure.reason)"
        case .value(let key, let failure): "the value for \(excerpt(key)) \(failure.reason)"
        case .missing(let key, let part, let parent, _, _):
            "\(excerpt(key)) was not updated: \(parent.isEmpty ? "the file" : excerpt(parent)) has no key \(excerpt(part))"
        case .inLaterDocument(let key, _):
            "\(excerpt(key)) was not updated: it stands only in a later document of the file"
        case .indexOutOfRange(let key, let index, let count, _):
            "\(excerpt(key)) was not updated: the list has \(count) item\(count == 1 ? "" : "s"), and there is no "
                + "item \(excerpt(index)) (the first is 0)"
        case .notAnIndex(let key, let part, _):
            "\(excerpt(key)) was not updated: a list stands here, and \(excerpt(part)) is not the number of an item"
        case .scalarInTheWay(let key, _, let parent):
            "\(excerpt(key)) was not updated: \(excerpt(parent)) is a single value and has no keys"
        case .notScalar(let key, let kind, _): "\(excerpt(key)) was not updated: it is \(kind), not a single value"
        case .alias(let key, let name, _, _): "\(excerpt(key)) was not updated: the alias *\(excerpt(name)) stands here"
        case .duplicateKey(let key, let part, let first, _):
            "\(excerpt(key)) was not updated: \(excerpt(part)) stands twice, first in line \(first.line), and readers "
                + "differ in which one counts"
        case .cannotEdit(let key, let reason, _, _): "\(excerpt(key)) was not updated: \(reason)"
        case .tooManyUpdates(let count, let limit): "\(count) updates of one file; at most \(limit) are made"
        case .unknownDependency(let name, let repository, _):
            "the chart has no dependency with the name \(excerpt(name)) and the repository \(excerpt(repository))"
        case .imageWithoutVersion(let image, let part): "the freight's image \(excerpt(image)) has no \(part)"
        case .cannotMerge(let key, let into, let from, let file, _):
            "\(key.isEmpty ? "the whole" : excerpt(key)) is \(from) here and \(into) in the files before \(excerpt(file)): "
                + "the two cannot be merged"
        case .cannotProve(let reason, _): "the edit could not be proven and was not made: \(reason)"
        }
    }

    package var hint: String? {
        switch self {
        case .unreadable(_, _, let hint): hint
        case .key(_, let failure): failure.hint
        case .value(_, let failure): failure.hint
        case .missing(_, let part, _, let known, _):
            known.contains("<<")
                ? "if the merge key << brings it in, update it where it stands, or write it out here"
                : known.isEmpty
                    ? "only values that are there are changed, and no key is added: add it to the file once"
                    : "its keys are \(Listing.text(Self.nearest(part, known), limit: 8)); no key is added"
        case .inLaterDocument: "only the first document of a file is searched, as in Kargo: put each into its own file"
        case .indexOutOfRange(_, _, let count, _):
            count == 0
                ? "add an item to the list once"
                : count == 1 ? "its only item is 0" : "its items are numbered from 0 to \(count - 1)"
        case .notAnIndex: "name the item by its number from 0, such as containers.0.image"
        case .scalarInTheWay: "shorten the key, or write \\. where a dot belongs to a name"
        case .notScalar: "let the key lead on to one value in it"
        case .alias(_, let name, let anchor, _):
            anchor.map { "update the value where its anchor &\(excerpt(name)) stands, in line \($0.line)" }
                ?? "write the value out here, or update it where its anchor stands"
        case .duplicateKey: "remove one of the two"
        case .cannotEdit(_, _, _, let hint): hint
        case .tooManyUpdates: "spread the updates over several steps"
        case .unknownDependency(_, _, let known):
            known.isEmpty
                ? "its Chart.yaml has no dependencies: add the dependency there once"
                : "its dependencies are \(Listing.text(known.map(excerpt), limit: 8)); both must be equal to the letter"
        case .imageWithoutVersion(_, let part):
            part == "tag" ? "use the form Digest or ImageAndDigest" : "use the form Tag or ImageAndTag"
        case .cannotMerge: "give the key the same kind of value in each file, or set it to null in a file between them"
        case .cannotProve: "write the value plainly on the key's own line, or change it by hand once"
        }
    }

    /// The most similar names: those with the same letters first.
    private static func nearest(_ part: String, _ known: [String]) -> [String] {
        let lower = part.lowercased()
        let near = known.filter { $0.lowercased() == lower || $0.lowercased().hasPrefix(lower) }
        return (near + known.filter { !near.contains($0) }).map(excerpt)
    }
}

extension UpdateFailure {
    /// - Parameter place: the place of a syntax error.
    init(_ failure: EditFailure, at place: TextPlace? = nil) {
        switch failure {
        case .syntax(let line, let problem):
            self = .unreadable(
                "not valid YAML: \(problem)",
                at: place ?? TextPlace(line: line, column: 1),
                hint: "correct the file; nothing was done with it"
            )
        default:
            var text = failure.message
            let prefix = failure.line.map { "line \($0): " } ?? ""
            if text.hasPrefix(prefix) { text = String(text.dropFirst(prefix.count)) }
            self = .unreadable(text, at: failure.line.map { TextPlace(line: $0, column: 1) }, hint: failure.hint)
        }
    }
}
