/// The body of every error answer: `application/problem+json`, RFC 9457.
package struct ProblemBody: Codable, Sendable, Equatable {
    /// One fault in the request.
    package struct Place: Codable, Sendable, Equatable {
        /// A JSON pointer into the body (`#/freight`), or `query/NAME`, `path/NAME`, `header/NAME`.
        package var pointer: String
        package var detail: String

        package init(pointer: String, detail: String) {
            self.pointer = pointer
            self.detail = detail
        }
    }

    /// The kind of problem, made from the code.
    package var type: String
    package var title: String
    package var status: Int
    /// What failed, on what, and why.
    package var detail: String
    package var code: ProblemCode
    /// What to do next.
    package var hint: String?
    package var errors: [Place]?
    /// The log has this id if the fault is the server's.
    package var requestId: String?

    /// It is no web address: the documentation of the running version explains the codes.
    static let types = "urn:hoistway:problem:"
}
