import HoistwayModel

/// Finds text that was never filled in: Helm templates, expressions without their dollar sign, placeholders in URLs.
///
/// Each is reported once. Its value is marked, so that no other check reports it again.
struct TemplateText {
    static let helm = "looks like a Helm template: render it first"
    static let helmHint = "`helm template CHART > FILE`, and name that file under manifests"

    let problems: ProblemList

    /// Keys whose value is an address.
    private static let addresses: Set<String> = ["repoURL", "image", "newName", "gitRepoURL", "repository"]
    /// The contents of a Secret may be anything, and must not be shown.
    private static let unseen: Set<String> = ["data", "stringData"]
    /// Keys below which Kargo itself allows Go templates.
    private static let templated: Set<String> = ["stageLinks", "freightLinks"]

    /// `nil` where the whole document is a Helm template, which is reported.
    func judged(_ document: YamlNode, isSecretManifest: Bool) -> YamlNode? {
        if let place = templatePlace(in: document, isSecretManifest: isSecretManifest) {
            problems.error(SourcePlace(file: place.file, line: place.line), Self.helm, hint: Self.helmHint)
            return nil
        }
        return marked(document, isSecretManifest: isSecretManifest)
    }

    private func templatePlace(in node: YamlNode, isSecretManifest: Bool) -> SourcePlace? {
        switch node.content {
        case .scalar(let scalar): return HelmTemplate.isIn(scalar.text) ? node.place : nil
        case .list(let items):
            return items.lazy.compactMap { templatePlace(in: $0, isSecretManifest: isSecretManifest) }.first
        case .map(let entries):
            return entries.lazy.compactMap { entry -> SourcePlace? in
                if isSecretManifest, Self.unseen.contains(entry.key) { return nil }
                if Self.templated.contains(entry.key) { return nil }
                if HelmTemplate.isIn(entry.key) { return entry.place }
                return templatePlace(in: entry.value, isSecretManifest: isSecretManifest)
            }.first
        }
    }

    /// The document with the reported values marked.
    private func marked(_ document: YamlNode, isSecretManifest: Bool) -> YamlNode {
        let marked = document.changingScalars(leaving: Self.templated) { scalar, place, key in
            guard !isSecretManifest || key == "repoURL", tell(scalar.text, key: key, place: place) else { return nil }
            var scalar = scalar
            scalar.hasReportedProblem = true
            return scalar
        }
        return marked ?? document
    }

    private func tell(_ text: String, key: String, place: SourcePlace) -> Bool {
        if let inner = Self.bareExpression(in: text) {
            let bare = Self.bare(inner)
            problems.error(place, bare.message, hint: bare.hint)
            return true
        }
        guard Self.addresses.contains(key), let placeholder = Placeholder.first(in: text) else { return false }
        problems.error(
            place,
            "\(key) holds the placeholder \(ShownText.text(placeholder))",
            hint: "write your own in its place, or a variable such as ${NAME} that is listed in manifestVariables"
        )
        return true
    }

    /// A Kargo expression that lacks its dollar sign; without the braces.
    static func bareExpression(in text: some StringProtocol) -> Substring? {
        Braces.contents(of: text).first { !$0.hasDollar && isExpression($0.text) }?.text
    }

    static func bare(_ inner: Substring) -> (message: String, hint: String) {
        let trimmed = inner.split(separator: " ").joined(separator: " ")
        return (
            "\(ShownText.text("{{\(inner)}}")) is taken as text: an expression begins with ${{",
            "write ${{ \(trimmed) }}, in quotes"
        )
    }

    /// Whether it begins with one of the names that Kargo's expressions have.
    private static func isExpression(_ text: Substring) -> Bool {
        let text = text.drop { $0 == " " }
        let word = text.prefix { $0.isLetter || $0.isNumber }
        guard let next = text.dropFirst(word.count).first else { return false }
        return next == "(" ? functions.contains(String(word)) : ".[".contains(next) && names.contains(String(word))
    }

    private static let names: Set<String> = ["vars", "ctx", "outputs", "task", "secrets", "target"]
    private static let functions: Set<String> = [
        "imageFrom", "commitFrom", "chartFrom", "artifactFrom", "warehouse", "freightMetadata", "freightStatus",
        "stageMetadata", "quote", "unsafeQuote", "secret", "sharedSecret", "configMap", "sharedConfigMap", "status",
        "success", "failure", "always", "semverDiff", "semverParse", "asJSON", "asYAML",
    ]
}

/// Placeholders of examples, in the place of a real name.
enum Placeholder {
    /// The first one in an address: `<your-org>`, `YOUR_ORG`, `$ORG`, `CHANGE_ME` and their like.
    static func first(in text: String) -> String? {
        guard mayHaveOne(text) else { return nil }
        if let open = text.firstIndex(of: "<"), let close = text[open...].firstIndex(of: ">") {
            return String(text[open...close])
        }
        for part in text.split(whereSeparator: { "/:@.?#".contains($0) }) where isOne(part) { return String(part) }
        return nil
    }

    /// A quick test that rules out most addresses, since it looks at bytes.
    ///
    /// Most forms of a placeholder begin with a character that no name begins with. The others begin with `my` or
    /// `your`, or end with `me`, or have no small letters.
    private static func mayHaveOne(_ text: String) -> Bool {
        text.utf8.contains { $0 >= 0x80 || $0 == UInt8(ascii: "<") }
            || text.utf8.split(whereSeparator: { "/:@.?#".utf8.contains($0) }).contains { part in
                let isMark = { (byte: UInt8) in byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") }
                guard let first = part.first, !"{[%_$".utf8.contains(first),
                    let letter = part.first(where: { !isMark($0) }),
                    let last = part.last(where: { !isMark($0) })
                else { return true }
                return "myMY".utf8.contains(letter) || "eE".utf8.contains(last)
                    || !part.contains { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
            }
    }

    private static func isOne(_ part: Substring) -> Bool {
        if let inner = unwrapped(part) { return !inner.isEmpty }
        let words = part.split { $0 == "_" || $0 == "-" }.map { $0.uppercased() }
        guard let first = words.first else { return false }
        let joined = words.joined()
        let isLoud = part == part.uppercased()[...] || joined.hasSuffix("ME") || joined.hasPrefix("YOUR")
        if fixed.contains(joined), isLoud { return true }
        if ["YOUR", "MY"].contains(first), words.count > 1 {
            // No real name of this form is in capitals; else it is one only with a noun such as those below.
            return part == part.uppercased()[...] || first == "YOUR" && words.dropFirst().allSatisfy(nouns.contains)
        }
        let isShouted = part.uppercased()[...] == part && words.count > 1
        return isShouted && ["REPLACE", "CHANGE", "INSERT", "ENTER"].contains(first)
    }

    /// `{org}`, `[org]`, `%ORG%`, `__ORG__`, `$ORG`, `$(ORG)`; other checks handle expressions and variables.
    private static func unwrapped(_ part: Substring) -> Substring? {
        for (open, close) in [("{", "}"), ("[", "]"), ("%", "%"), ("__", "__"), ("$(", ")")] {
            guard part.hasPrefix(open), part.hasSuffix(close), part.count > open.count + close.count else { continue }
            return part.dropFirst(open.count).dropLast(close.count)
        }
        let name = part.dropFirst()
        guard part.first == "$", let letter = name.first, letter.isLetter || letter == "_" else { return nil }
        return name
    }

    private static let fixed: Set<String> = [
        "CHANGEME", "REPLACEME", "FIXME", "TODO", "PLACEHOLDER", "XXX", "XXXX", "YOURORG", "YOURUSERNAME", "YOURUSER",
        "YOURNAME", "YOURREPO", "YOURCOMPANY", "YOURREGISTRY",
    ]
    private static let nouns: Set<String> = [
        "ORG", "ORGANIZATION", "ORGANISATION", "USER", "USERNAME", "NAME", "COMPANY", "REPO", "REPOSITORY", "ACCOUNT",
        "PROJECT", "REGISTRY", "NAMESPACE", "TEAM", "GITHUB", "GITLAB", "GIT", "DOMAIN", "HANDLE", "HOST", "IMAGE",
        "APP", "GITOPS", "AWS", "GCP", "ID", "DOCKER", "DOCKERHUB", "HUB", "FORK", "OWNER", "HERE", "GROUP", "URL",
    ]
}
