import FoundationEssentials
import HoistwayModel

/// Decodes objects out of their bytes.
enum ObjectReader {
    /// Why an object cannot be decoded; the reason has no value of the object.
    struct Failure: Error {
        var reason: String
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws(Failure) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw Failure(reason: words(for: error))
        }
    }

    /// If only the metadata can be read, the result is `unreadable`.
    static func read<Value>(_ bytes: [UInt8]) throws(Failure) -> ReadObject<Value> {
        do throws(Failure) {
            return .object(try decode(KubernetesObject<Value>.self, bytes))
        } catch {
            guard let bare = try? decode(KubernetesObject<NoFields>.self, bytes) else { throw error }
            return .unreadable(bare.metadata, reason: error.reason)
        }
    }

    private static func words(for error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, let context)?: "\(path(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context)?: "\(path(context.codingPath)) is of another type than expected"
        case .valueNotFound(_, let context)?: "\(path(context.codingPath)) is null"
        case .dataCorrupted(let context)? where !context.codingPath.isEmpty:
            "\(path(context.codingPath)) cannot be read"
        default: "it is not JSON"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        var path = ""
        for key in keys {
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return ShownText.bare(path)
    }
}
