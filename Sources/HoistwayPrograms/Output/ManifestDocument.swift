import HoistwayEdits

/// One document of a stream of manifests, with the names in it.
struct ManifestDocument: Equatable {
    /// Limits for documents from programs; whole custom resource definitions have many levels.
    private static let values = 2_000_000
    private static let depth = 512

    /// Its bytes in the stream, without the separator line.
    var bytes: [UInt8]
    var apiVersion = ""
    var kind = ""
    var name = ""
    var namespace = ""
    /// It has only comments.
    var isEmpty = false
    /// A Helm hook.
    var isHook = false

    /// The part before the last slash of `apiVersion`.
    var group: String {
        guard let slash = apiVersion.lastIndex(of: "/") else { return "" }
        return String(apiVersion[..<slash])
    }

    var version: String {
        guard let slash = apiVersion.lastIndex(of: "/") else { return apiVersion }
        return String(apiVersion[apiVersion.index(after: slash)...])
    }

    /// The documents of a stream; each begins with a line `---`.
    ///
    /// In YAML such a line cannot be part of a value: it ends any document.
    static func all(in stream: [UInt8]) throws(Failure) -> [ManifestDocument] {
        var documents: [ManifestDocument] = []
        for (index, piece) in split(stream).enumerated() {
            var document = ManifestDocument(bytes: piece)
            try document.identify(index + 1)
            documents.append(document)
        }
        return documents
    }

    struct Failure: Error, Equatable {
        var reason: String
    }

    private static func split(_ stream: [UInt8]) -> [[UInt8]] {
        let newline = UInt8(ascii: "\n")
        var pieces: [[UInt8]] = []
        var start = 0
        var line = 0
        while line < stream.count {
            let end = stream[line...].firstIndex(of: newline).map { $0 + 1 } ?? stream.count
            if isSeparator(stream[line..<end]) {
                if line > start { pieces.append(Array(stream[start..<line])) }
                start = end
            }
            line = end
        }
        if start < stream.count { pieces.append(Array(stream[start...])) }
        return pieces
    }

    /// `---`, perhaps followed by blanks or a comment.
    private static func isSeparator(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.prefix(3).elementsEqual("---".utf8) else { return false }
        let rest = line.dropFirst(3).drop { " \t\r\n".utf8.contains($0) }
        return rest.first == nil || (rest.first == UInt8(ascii: "#") && rest.startIndex > line.startIndex + 3)
    }

    private mutating func identify(_ number: Int) throws(Failure) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(reason: "document \(number) of the output is not UTF-8")
        }
        guard YAMLWeight.excess(of: text, values: Self.values, depth: Self.depth) == nil else {
            throw Failure(reason: "document \(number) of the output is too deep or too large")
        }
        let trees: [YAMLTree]
        do throws(YAMLTree.Failure) {
            trees = try YAMLTree.documents(of: text)
        } catch {
            throw Failure(reason: "document \(number) of the output is not YAML: line \(error.line): \(error.problem)")
        }
        guard let tree = trees.first(where: { !$0.isNull }) else {
            isEmpty = true
            return
        }
        apiVersion = tree["apiVersion"]?.text ?? ""
        kind = tree["kind"]?.text ?? ""
        name = tree["metadata"]?["name"]?.text ?? ""
        namespace = tree["metadata"]?["namespace"]?.text ?? ""
        isHook = tree["metadata"]?["annotations"]?["helm.sh/hook"] != nil
    }
}
