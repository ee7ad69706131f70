import HoistwayCrypto
import HoistwayModel

/// Replaces `${NAME}` in the scalars of a parsed manifest.
///
/// The text of a file is never changed: a value cannot add keys or end a quotation. `${{` and `${%` open an expression
/// and stay.
struct ManifestVariables {
    let variables: [ManifestVariable]
    let environment: [String: String]
    let problems: ProblemList
    /// The repository whose manifests these are; `nil` for files of this machine.
    var source: ManifestSource?

    /// The variables for manifests of a Git repository: those listed for it, and no secret.
    ///
    /// Anyone who may push there must not learn the values in this machine's environment.
    func within(_ source: ManifestSource?) -> ManifestVariables {
        guard let source else { return self }
        return ManifestVariables(
            variables: variables.filter { source.variables.contains($0.name) && !$0.isSecret },
            environment: environment,
            problems: problems,
            source: source
        )
    }

    /// The node with every variable replaced; a variable that must not be used stays, and is reported.
    func replaced(in node: YamlNode, isSecretManifest: Bool) -> YamlNode {
        let changed = node.changingScalars { scalar, place, _ in
            guard scalar.text.hasBytes("${"), !scalar.hasReportedProblem else { return nil }
            let before = problems.all.count
            let text = replaced(scalar.text, place: place, isSecretManifest: isSecretManifest)
            if problems.all.count > before {
                return YamlScalar(text: scalar.text, isPlain: false, hasReportedProblem: true)
            }
            // A value of a variable is text, even where it looks like a number.
            return text == scalar.text ? nil : YamlScalar(text: text, isPlain: false, openings: scalar.openings)
        }
        return changed ?? node
    }

    private func replaced(_ text: String, place: SourcePlace, isSecretManifest: Bool) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            if let opening = rest.first, opening == "{" || opening == "%" {
                let end = rest.firstRange(of: opening == "{" ? "}}" : "%}")?.upperBound ?? rest.endIndex
                result += "${" + rest[..<end]
                rest = rest[end...]
                continue
            }
            guard let end = rest.firstIndex(of: "}"), Name.isVariable(rest[..<end]) else {
                problems.error(place, "'${' opens a variable, but no name and '}' follow")
                return text
            }
            let name = String(rest[..<end])
            rest = rest[rest.index(after: end)...]
            result += value(of: name, place: place, isSecretManifest: isSecretManifest) ?? "${\(name)}"
        }
        return result + rest
    }

    private func value(of name: String, place: SourcePlace, isSecretManifest: Bool) -> String? {
        guard let variable = variables.first(where: { $0.name == name }) else {
            if let source {
                problems.error(
                    place,
                    "${\(name)} may not be used in manifests of \(source.place)",
                    hint:
                        "list it under variables of that source, and under manifestVariables; no secret can be used there"
                )
                return nil
            }
            problems.error(
                place,
                "${\(name)} is not listed in manifestVariables",
                hint: Spelling.hint(for: name, among: variables.map(\.name))
                    ?? "list it in the configuration file, if manifests may take it from the environment"
            )
            return nil
        }
        guard !variable.isSecret || isSecretManifest else {
            problems.error(place, "${\(name)} is a secret: it may stand only inside a Secret manifest")
            return nil
        }
        switch variable.source {
        case .file(let text): return text?.revealText()
        case .environment:
            guard let value = environment[name] else {
                problems.error(place, "${\(name)} is not set in the environment")
                return nil
            }
            return value
        }
    }
}

extension Collection<Character> where SubSequence == Substring {
    /// The first place where two characters are next to each other.
    fileprivate func firstRange(of pair: String) -> Range<Index>? {
        guard let first = pair.first, let second = pair.last else { return nil }
        var index = startIndex
        while index != endIndex {
            let next = self.index(after: index)
            guard next != endIndex else { return nil }
            if self[index] == first, self[next] == second { return index..<self.index(after: next) }
            index = next
        }
        return nil
    }
}
