/// Writes out the alternatives of a glob: `a/{b,c{d,e}}` becomes `a/b`, `a/cd` and `a/ce`.
struct GlobBraces {
    private let glob: String
    private let scalars: [Unicode.Scalar]

    init(_ glob: String) {
        self.glob = glob
        scalars = Array(glob.unicodeScalars)
    }

    func expand() throws(PatternProblem) -> [[Unicode.Scalar]] {
        var position = 0
        let result = try sequence(&position, depth: 0)
        return result
    }

    /// Reads to the end or, inside braces, to the comma or brace that ends this alternative.
    private func sequence(_ position: inout Int, depth: Int) throws(PatternProblem) -> [[Unicode.Scalar]] {
        guard depth <= 10 else { throw problem("more than ten braces within braces") }
        var heads: [[Unicode.Scalar]] = [[]]
        var isInBrackets = false
        while position < scalars.count {
            let scalar = scalars[position]
            if depth > 0 && !isInBrackets && (scalar == "," || scalar == "}") { return heads }
            position += 1
            if scalar == "{" && !isInBrackets {
                heads = try join(heads, with: try alternatives(&position, depth: depth + 1))
                continue
            }
            guard scalar != "}" || isInBrackets else { throw problem("a } has no {") }
            isInBrackets = scalar == "[" || (isInBrackets && scalar != "]")
            append(scalar, to: &heads)
            if scalar == "\\", position < scalars.count {
                append(scalars[position], to: &heads)
                position += 1
            }
        }
        guard depth == 0 else { throw problem("a closing } is missing") }
        return heads
    }

    /// Reads the text after a `{`, through its `}`.
    private func alternatives(_ position: inout Int, depth: Int) throws(PatternProblem) -> [[Unicode.Scalar]] {
        var all: [[Unicode.Scalar]] = []
        while true {
            all += try sequence(&position, depth: depth)
            guard all.count <= GlobTranslator.maxAlternatives else { throw tooMany }
            position += 1
            if scalars[position - 1] == "}" { return all }
        }
    }

    private func join(
        _ heads: [[Unicode.Scalar]],
        with tails: [[Unicode.Scalar]]
    ) throws(PatternProblem) -> [[Unicode.Scalar]] {
        guard heads.count * tails.count <= GlobTranslator.maxAlternatives else { throw tooMany }
        return heads.flatMap { head in tails.map { head + $0 } }
    }

    private func append(_ scalar: Unicode.Scalar, to heads: inout [[Unicode.Scalar]]) {
        for index in heads.indices { heads[index].append(scalar) }
    }

    private var tooMany: PatternProblem {
        problem("its braces stand for more than \(GlobTranslator.maxAlternatives) alternatives")
    }

    private func problem(_ text: String) -> PatternProblem {
        PatternProblem(pattern: glob, problem: text)
    }
}
