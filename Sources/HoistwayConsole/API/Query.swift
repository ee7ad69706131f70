import Hummingbird

/// The parameters of a request's query.
struct Query {
    /// How many a list gives where nothing is said, and at most.
    static let defaultLimit = 50
    static let maxLimit = 500

    private let request: Request

    init(_ request: Request) {
        self.request = request
    }

    /// `nil` where it is absent or empty.
    func text(_ name: String) -> String? {
        guard let value = request.uri.queryParameters[name[...]], !value.isEmpty else { return nil }
        return String(value)
    }

    func required(_ name: String) throws(APIError) -> String {
        guard let value = text(name) else { throw .invalid("the parameter \(name) is missing", hint: nil) }
        return value
    }

    func limit() throws(APIError) -> Int {
        guard let text = text("limit") else { return Self.defaultLimit }
        guard let number = Int(text), (1...Self.maxLimit).contains(number) else {
            throw .invalid("limit must be a number from 1 to \(Self.maxLimit)", hint: nil)
        }
        return number
    }
}
