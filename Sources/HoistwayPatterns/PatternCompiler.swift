/// Finds mistakes in patterns when settings are read.
package enum PatternCompiler {
    /// `nil` where the expression is correct.
    package static func problem(regex: String) -> String? {
        problem { () throws(PatternProblem) in try CompiledPattern(regex: regex) }
    }

    /// `nil` where the glob is correct.
    package static func problem(glob: String) -> String? {
        problem { () throws(PatternProblem) in try CompiledPattern(glob: glob) }
    }

    private static func problem(_ compile: () throws(PatternProblem) -> CompiledPattern) -> String? {
        do throws(PatternProblem) {
            _ = try compile()
            return nil
        } catch {
            return error.problem
        }
    }
}
