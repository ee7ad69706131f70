import HoistwayModel
import HoistwayPatterns
import HoistwayRegistry

extension FuzzTarget {
    /// Versions and constraints: two or three lines, the last of which is the constraint.
    static let versions = FuzzTarget(
        name: "versions",
        seeds: ["1.2.3\nv1.2.4-rc.1+build\n^1.0.0 || ~2.1", "1\n1.2\n>=1.0 <2, !=1.5", "0.0.1-alpha\n0.0.1\n1.x - 2.*"]
            .map { Array($0.utf8) },
        words: [
            "v", "-rc.1", "+b", "^", "~", ">=", "<", "||", " - ", "*", "x", ".", "99999999999999999999", "00", ", ",
        ],
        run: { input in
            let lines = String(decoding: input, as: UTF8.self).split(separator: "\n").map(String.init)
            guard let first = lines.first, let last = lines.last else { return }
            let left = Semver(first, strict: false)
            let right = Semver(lines.count > 1 ? lines[1] : first, strict: false)
            if let left, let right {
                promise(!(left.isLower(than: right) && right.isLower(than: left)), "of two versions one is lower")
                promise(!left.isLower(than: left), "no version is lower than itself")
            }
            if let strict = Semver(first, strict: true) {
                promise(left != nil, "\(strict) is a version in the loose form")
            }
            guard let constraint = try? SemverConstraint(last), let left else { return }
            _ = constraint.admits(left)
        }
    )

    /// URLs of repositories, image references, branch names and `sources`.
    static let addresses = FuzzTarget(
        name: "addresses",
        seeds: [
            "https://user:pass@github.com:443/acme/app.git", "git@github.com:acme/app.git", "ssh://git@h:22/~a/b.git",
            "ghcr.io/acme/app:1.2.3@sha256:aaaa", "localhost:5000/a/b", "nginx", "file:///srv/git/a.git",
            "refs/heads/feature/x", "github.com/acme/*", "oci://registry.example.com/charts/app", "[::1]:5000/a:b",
        ].map { Array($0.utf8) },
        words: [
            "https://", "ssh://", "@", ":", "/", "..", "%2f", "%00", "*", "[", "]", ".git", "sha256:", "~", "\\", "-",
            "é",
        ],
        run: { input in
            let text = String(decoding: input, as: UTF8.self)
            if let key = RepositoryKey(url: text) { promise(!key.text.isEmpty, "a repository's key is not empty") }
            if let image = ImageKey(text) {
                promise(ImageKey(image.text) == image, "the key of an image is its own key: \(image.text)")
            }
            _ = ImageReference(text)
            _ = (KargoURL.git(text), KargoURL.image(text), KargoURL.chart(text))
            _ = GitRefName.isValidBranch(text)
            _ = PercentDecoding.decode(input)
            guard let pattern = try? SourcePattern(text), let key = RepositoryKey(url: "https://github.com/acme/app")
            else {
                return
            }
            _ = pattern.matches(key)
        }
    )

    /// `Link` and `WWW-Authenticate` fields of registries, and the addresses of references.
    static let links = FuzzTarget(
        name: "links",
        seeds: [
            "</v2/a/tags/list?last=x&n=100>; rel=\"next\"", "<?last=x>; rel=\"next last\", <b>; title=\"a,b;c\"",
            "<https://r.example.com/v2/>; rel=prev; anchor=\"#x\"", "<../x>;rel=next;title*=UTF-8''a%20b",
            "Bearer realm=\"https://auth.example.com/token\",service=\"r\",scope=\"repository:a:pull\", Basic realm=\"x\"",
        ].map { Array($0.utf8) },
        words: [
            "<", ">", "; ", "rel=", "\"next\"", ", ", "\\\"", "=", "Bearer ", "Basic ", "realm=", "//", "..", "?", "#",
            "%",
        ],
        run: { input in
            let field = String(decoding: input, as: UTF8.self)
            let base = "https://registry.example.com:5000/v2/acme/app/tags/list?n=100"
            for target in RegistryDecoders.links(field) ?? [] { _ = RegistryDecoders.address(target, from: base) }
            _ = RegistryDecoders.challenges(field)
            guard let address = RegistryDecoders.address(field, from: base) else { return }
            let again = RegistryDecoders.address(address, from: base)
            promise(again == address, "\(address) leads to itself, not to \(again ?? "nothing")")
        }
    )

    /// Tag rules and path filters: the first line is the pattern, the rest is matched with it.
    static let patterns = FuzzTarget(
        name: "patterns",
        seeds: [
            "^v[0-9]+\\.(?P<minor>\\d+)$\nv1.20", "[[:alpha:]\\pL]{1,3}?\nabc", "a/**/{b,c}/*.yaml\na/x/b/y.yaml",
            "(?i)(a|b)*c\\Q.\\E\\x{41}\nAAAc.A", "[!a-c]?\\*\nd*",
        ].map { Array($0.utf8) },
        words: [
            "(?", "(?P<n>", ")", "[", "]", "{", "}", "{1,1000}", "\\p{Greek}", "\\b", "**", "*", "|", "^", "$", "(a*)*",
            "\\C",
        ],
        run: { input in
            let lines = String(decoding: input, as: UTF8.self).split(
                separator: "\n",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard let pattern = lines.first.map(String.init) else { return }
            let text = lines.count > 1 ? String(lines[1]) : pattern
            let patterns = Patterns()
            if PatternCompiler.problem(regex: pattern) == nil { _ = patterns.matches(regex: pattern, text) }
            if PatternCompiler.problem(glob: pattern) == nil { _ = patterns.matches(glob: pattern, text) }
        }
    )
}
