import HoistwayConsole
import HoistwayEdits
import HoistwayModel

/// A request that a person has put together.
struct APICall: Equatable, Sendable {
    var method: String
    /// Below `/api/v1/`, with its query.
    var path: String
    /// `nil`: none.
    var body: [UInt8]?

    /// - Parameters:
    ///   - texts: fields with texts, `key=value`.
    ///   - values: fields with JSON, `key=[1, 2]`.
    init(
        path: String,
        method: String,
        texts: [String] = [],
        values: [String] = [],
        body: [UInt8]? = nil
    ) throws(CommandFailure) {
        self.method = method
        self.path = try Self.checked(path)
        var fields: [Field] = []
        for text in texts {
            let (name, value) = try Self.split(text)
            fields.append(Field(name: name, text: value, value: .string(value)))
        }
        for text in values {
            let (name, value) = try Self.split(text)
            do {
                let json = try DocumentReader.json(Array(value.utf8)).configValue
                fields.append(Field(name: name, text: value, value: json))
            } catch {
                throw .usage("the value of \(SafeText.line(name)) is not JSON", hint: "write texts with -f")
            }
        }
        if method == "POST" {
            let map = Dictionary(fields.map { ($0.name, $0.value) }) { _, last in last }
            self.body = body ?? Array(WrittenJSON.text(PlainJSON(.map(map))).utf8)
        } else {
            for field in fields { add(field.name, field.text) }
        }
    }

    private struct Field {
        var name: String
        /// As it was written.
        var text: String
        var value: ConfigValue
    }

    mutating func add(_ name: String, _ value: String) {
        path += (path.contains("?") ? "&" : "?") + PercentEncoding.escaped(name) + "=" + PercentEncoding.escaped(value)
    }

    /// Whether it is the stream of events, which has no end of its own.
    var isStream: Bool {
        let stream = OperationID.streamEvents.operation
        return method == stream.method.rawValue && path.prefix { $0 != "?" } == stream.path()
    }

    /// Takes the parameter away where it is there, and adds it with another value.
    mutating func set(_ name: String, _ value: String) {
        let parts = path.split(separator: "?", maxSplits: 1)
        let query = (parts.dropFirst().first ?? "").split(separator: "&").filter { !$0.hasPrefix(name + "=") }
        path = String(parts.first ?? "") + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        add(name, value)
    }

    private static func split(_ text: String) throws(CommandFailure) -> (String, String) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw .usage("\(SafeText.line(text)) is no field", hint: "write key=value")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    /// The token goes with the request: the path must not lead anywhere else.
    private static func checked(_ text: String) throws(CommandFailure) -> String {
        var path = text.hasPrefix("/") ? text.dropFirst() : text[...]
        if path.hasPrefix("api/v1/") { path = path.dropFirst("api/v1/".count) }
        let isPlain = path.utf8.allSatisfy {
            (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\\")
        }
        let route = path.prefix { $0 != "?" }
        guard isPlain, !route.isEmpty, !route.contains(":"), !route.hasPrefix("/"),
            !route.split(separator: "/").contains(where: { $0 == "." || $0 == ".." })
        else {
            throw .usage("\(SafeText.line(text)) is no route of the API", hint: "write it as stages or projects/NAME")
        }
        return String(path)
    }
}
