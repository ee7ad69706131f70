import Foundation

/// A request to a Git host's API, read to its end.
package struct ForgeServerRequest: Sendable {
    package var method: String
    /// The path of the request, without the query.
    package var path: String
    /// Decoded; of a parameter that is repeated, the last value.
    package var query: [String: String]
    /// All values of each parameter.
    package var queryValues: [String: [String]]
    /// By lower-case name.
    package var headers: [String: String]
    package var body: [UInt8]

    /// The path's segments, decoded.
    var segments: [String] {
        path.split(separator: "/").map { Self.decoded($0) }
    }

    init(method: String, target: String, headers: [String: String], body: [UInt8]) {
        self.method = method
        self.headers = headers
        self.body = body
        let mark = target.firstIndex(of: "?") ?? target.endIndex
        path = String(target[..<mark])
        query = [:]
        queryValues = [:]
        for pair in target[mark...].dropFirst().split(separator: "&") {
            let equals = pair.firstIndex(of: "=") ?? pair.endIndex
            let name = Self.decoded(pair[..<equals])
            let value = Self.decoded(pair[equals...].dropFirst())
            query[name] = value
            queryValues[name, default: []].append(value)
        }
    }

    private static func decoded(_ text: Substring) -> String {
        text.replacing("+", with: " ").removingPercentEncoding ?? String(text)
    }
}

/// The server's answer.
package struct ForgeServerAnswer: Sendable {
    package var status: Int
    package var headers: [String: String]
    /// `nil`: without a body.
    package var body: ClusterValue?

    package init(_ status: Int, _ body: ClusterValue? = nil, headers: [String: String] = [:]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why a request is refused.
struct ForgeServerRefusal: Error {
    var answer: ForgeServerAnswer
    /// How the request violates the host's documentation; `nil`: it is valid, and refused for another reason.
    var violation: String?

    init(_ answer: ForgeServerAnswer, violation: String? = nil) {
        self.answer = answer
        self.violation = violation
    }
}

extension ForgeServerRequest {
    /// The body's fields; refuses a body that is no JSON object, and undocumented fields.
    func fields(
        required: Set<String>,
        optional: Set<String> = [],
        refuse: (_ status: Int, _ words: String) -> ForgeServerAnswer
    ) throws -> [String: ClusterValue] {
        guard headers["content-type"]?.hasPrefix("application/json") == true else {
            throw ForgeServerRefusal(refuse(415, "Unsupported Media Type"), violation: "\(method) \(path) has no JSON")
        }
        guard let value = try? ClusterValue(json: body), let fields = value.map else {
            throw ForgeServerRefusal(
                refuse(400, "Problems parsing JSON"),
                violation: "\(method) \(path): no JSON object"
            )
        }
        for name in fields.keys.sorted() where !required.contains(name) && !optional.contains(name) {
            throw ForgeServerRefusal(refuse(422, "\(name) is not a permitted key"), violation: "\(path): field \(name)")
        }
        for name in required.sorted() where fields[name] == nil || fields[name] == .null {
            throw ForgeServerRefusal(refuse(422, "\(name) wasn't supplied"), violation: "\(path): no field \(name)")
        }
        return fields
    }

    /// Refuses undocumented parameters, and undocumented values.
    func checkQuery(
        _ allowed: [String: (String) -> Bool],
        refuse: (_ status: Int, _ words: String) -> ForgeServerAnswer
    ) throws {
        for (name, values) in queryValues {
            guard let isAllowed = allowed[name] else {
                throw ForgeServerRefusal(refuse(422, "\(name) is no parameter"), violation: "\(path): query \(name)")
            }
            for value in values where !isAllowed(value) {
                throw ForgeServerRefusal(
                    refuse(422, "\(name) is not valid"),
                    violation: "\(path): query \(name)=\(value)"
                )
            }
        }
    }

    /// For ``checkQuery(_:refuse:)``.
    static func oneOf(_ values: String...) -> (String) -> Bool { { values.contains($0) } }
    /// For ``checkQuery(_:refuse:)``.
    static func number(_ range: ClosedRange<Int>) -> (String) -> Bool { { Int($0).map(range.contains) ?? false } }
    /// For ``checkQuery(_:refuse:)``.
    static var anything: (String) -> Bool { { !$0.isEmpty } }
}
