/// All functions of the language: those of expr-lang 1.17.8.
enum BuiltinTable {
    /// Without the functions that take a predicate: those are in the evaluator, since they evaluate parts of the
    /// expression.
    static let all: [String: Builtin] = {
        let rows = TextBuiltins.all + ListBuiltins.all + NumberBuiltins.all + ConversionBuiltins.all + TimeBuiltins.all
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })
    }()

    static let names = Set(all.keys).union(PredicateShape.all.keys)
}
