/// An entry of `vars`: a name, and the template for its value.
///
/// A later entry with the same name wins; it can use those before it. See ``StepTemplate/variables``.
package struct PipelineVariable: Sendable, Equatable, Codable {
    package var name: String
    /// A text that may contain expressions.
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
