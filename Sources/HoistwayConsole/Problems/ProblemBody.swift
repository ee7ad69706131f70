/// The body of every answer that is not what was asked for: `application/problem+json`, RFC 9457.
package struct ProblemBody: Codable, Sendable, Equatable {
    /// One fault in what was sent.
    package struct Place: Codable, Sendable, Equatable {
        /// A JSON pointer into the body (`#/freight`), or `query/NAME`, `path/NAME`, `header/NAME`.
        package var pointer: String
        package var detail: String

        package init(pointer: String, detail: String) {
            self.pointer = pointer
            self.detail = detail
        }
    }

    /// A name for the sort of problem, made of the code.
    package var type: String
    package var title: String
    package var status: Int
    /// What failed, on what, and why.
    package var detail: String
    package var code: ProblemCode
    /// What to do next.
    package var hint: String?
    package var errors: [Place]?
    /// The log names it where the fault is the server's.
    package var requestId: String?

    /// No address: what the codes mean is in the documentation of the version that runs.
    static let types = "urn:hoistway:problem:"
}
