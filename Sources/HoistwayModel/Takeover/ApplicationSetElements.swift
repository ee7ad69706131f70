/// A folder with a repository's files, with the functions that git generators need.
package protocol RepositoryFolder: Sendable {
    /// All folders below the root, without a slash at the end; more than `limit` are an error.
    func folders(limit: Int) throws(TakeoverRefusal) -> [String]
    /// All files below the root.
    func files(limit: Int) throws(TakeoverRefusal) -> [String]
    /// The objects in a YAML or JSON file: a single one, or those of a list.
    func objects(in file: String) throws(TakeoverRefusal) -> [ConfigValue]
}

/// The elements that the generators of an ApplicationSet produce: parameters by name.
///
/// Source: <https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators/>.
struct ApplicationSetElements {
    static let maxElements = 500
    private static let maxEntries = 50_000

    let isGo: Bool
    let repository: (any RepositoryFolder)?
    let matches: (_ glob: String, _ path: String) -> Bool
    /// The name of the object, for refusals.
    let object: String

    /// - Returns: the parameters of each element, and whether a person wrote their order.
    func all(_ generators: [ConfigValue]) throws(TakeoverRefusal) -> (elements: [[String: String]], areWritten: Bool) {
        guard !generators.isEmpty else { throw TakeoverRefusal("\(object): spec.generators", "it is empty") }
        var elements: [[String: String]] = []
        var areWritten = true
        for (index, generator) in generators.enumerated() {
            let place = "\(object): spec.generators[\(index)]"
            for key in ["selector"] where generator[key] != nil {
                throw TakeoverRefusal("\(place).\(key)", "a selector over parameters is not evaluated")
            }
            let kinds = (generator.map ?? [:]).keys.sorted()
            guard kinds.count == 1, let kind = kinds.first, let body = generator[kind] else {
                throw TakeoverRefusal(place, "a generator is one of list and git here")
            }
            if body["template"]?.map?.isEmpty == false {
                throw TakeoverRefusal("\(place).\(kind).template", "a template of a generator's own is not evaluated")
            }
            switch kind {
            case "list": elements += try list(body, "\(place).list")
            case "git":
                elements += try git(body, "\(place).git")
                areWritten = false
            default:
                throw TakeoverRefusal(
                    "\(place).\(kind)",
                    "only list and git generators are evaluated: what a \(ShownText.bare(kind)) generator gives is known "
                        + "to the cluster alone",
                    hint: "give its Applications as a list generator, from `kubectl get applications`"
                )
            }
            guard elements.count <= Self.maxElements else {
                throw TakeoverRefusal(place, "there are more than \(Self.maxElements) elements")
            }
        }
        return (elements, areWritten)
    }

    // MARK: List

    private func list(_ body: ConfigValue, _ place: String) throws(TakeoverRefusal) -> [[String: String]] {
        if let text = body["elementsYaml"]?.string, !text.isEmpty {
            throw TakeoverRefusal("\(place).elementsYaml", "it is a template of its own, and is not evaluated")
        }
        var elements: [[String: String]] = []
        for (index, element) in (body["elements"]?.list ?? []).enumerated() {
            elements.append(try flat(element, place: "\(place).elements[\(index)]"))
        }
        return elements
    }

    private func flat(_ value: ConfigValue, place: String) throws(TakeoverRefusal) -> [String: String] {
        guard case .map(let entries) = value else { throw TakeoverRefusal(place, "it is not a mapping") }
        var result: [String: String] = [:]
        for (key, value) in entries {
            switch value {
            case .string(let text): result[key] = text
            case .bool(let flag): result[key] = flag ? "true" : "false"
            case .number(let number): result[key] = Int(exactly: number).map(String.init) ?? "\(number)"
            case .map:
                for (inner, text) in try flat(value, place: "\(place).\(key)") { result["\(key).\(inner)"] = text }
            // Their values are not known: a template that uses them is refused.
            case .null, .list: continue
            }
        }
        return result
    }

    // MARK: Git

    private func git(_ body: ConfigValue, _ place: String) throws(TakeoverRefusal) -> [[String: String]] {
        if let prefix = body["pathParamPrefix"]?.string, !prefix.isEmpty {
            throw TakeoverRefusal("\(place).pathParamPrefix", "it is not supported")
        }
        guard let repository else {
            throw TakeoverRefusal(
                place,
                "a git generator reads its repository",
                hint: "check it out at \(body["revision"]?.string ?? "its revision"), and name the folder with --repo"
            )
        }
        var elements: [[String: String]]
        switch (body["directories"]?.list ?? [], body["files"]?.list ?? []) {
        case (let directories, let files) where !directories.isEmpty && files.isEmpty:
            elements = try chosen(directories, of: repository.folders(limit: Self.maxEntries), "\(place).directories")
                .map { path in parameters(of: path, isFile: false) }
        case (let directories, let files) where directories.isEmpty && !files.isEmpty:
            elements = []
            for file in try chosen(files, of: repository.files(limit: Self.maxEntries), "\(place).files") {
                for object in try repository.objects(in: file) {
                    let own = try flat(object, place: "\(place): \(file)")
                    elements.append(own.merging(parameters(of: file, isFile: true)) { _, path in path })
                }
            }
        default: throw TakeoverRefusal(place, "it has either directories or files")
        }
        guard case .map(let values)? = body["values"], !values.isEmpty else { return elements }
        let template = ApplicationSetTemplate(isGo: isGo)
        for index in elements.indices {
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                elements[index]["values.\(key)"] = try template.render(
                    value.string ?? "",
                    elements[index],
                    place: "\(place).values.\(key)"
                )
            }
        }
        return elements
    }

    private func chosen(
        _ rules: [ConfigValue],
        of paths: [String],
        _ place: String
    ) throws(TakeoverRefusal) -> [String] {
        var included: [String] = []
        var excluded: [String] = []
        for (index, rule) in rules.enumerated() {
            guard let path = rule["path"]?.string, !path.isEmpty else {
                throw TakeoverRefusal("\(place)[\(index)]", "it has no path")
            }
            if rule["exclude"]?.bool ?? false { excluded.append(path) } else { included.append(path) }
        }
        return paths.filter { path in
            included.contains { matches($0, path) } && !excluded.contains { matches($0, path) }
        }.sorted()
    }

    private func parameters(of path: String, isFile: Bool) -> [String: String] {
        let names = path.split(separator: "/").map(String.init)
        let folder = isFile ? names.dropLast().joined(separator: "/") : path
        let folders = isFile ? Array(names.dropLast()) : names
        let base = folders.last ?? ""
        var result: [String: String] = [:]
        result[isGo ? "path.path" : "path"] = folder
        result["path.basename"] = base
        result["path.basenameNormalized"] = Self.normalized(base)
        if isFile {
            result["path.filename"] = names.last ?? ""
            result["path.filenameNormalized"] = Self.normalized(names.last ?? "")
        }
        if !isGo { for (index, name) in folders.enumerated() { result["path[\(index)]"] = name } }
        return result
    }

    /// Argo CD's normalised form of a path: lower-case letters, digits, dots and hyphens.
    private static func normalized(_ text: String) -> String {
        let mapped = text.lowercased().map { character in
            character.isASCII && (character.isLetter || character.isNumber || character == "." || character == "-")
                ? character : "-"
        }
        return String(mapped).trimmed(where: { $0 == "-" || $0 == "." })
    }
}

extension String {
    fileprivate func trimmed(where isTrimmed: (Character) -> Bool) -> String {
        var text = self[...]
        while let first = text.first, isTrimmed(first) { text.removeFirst() }
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return String(text)
    }
}
