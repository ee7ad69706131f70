/// One entry of `vars`: a name, and the template that gives its value.
///
/// A later entry of one name wins; it sees those before it. See ``StepTemplate/variables``.
package struct PipelineVariable: Sendable, Equatable, Codable {
    package var name: String
    /// A text that may hold expressions.
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
