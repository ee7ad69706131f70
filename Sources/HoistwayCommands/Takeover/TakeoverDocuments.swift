import FoundationEssentials
import HoistwayEdits
import HoistwayModel

/// Reads objects of Kubernetes from files of YAML or JSON, lists taken apart.
///
/// Of each, only what the take-over looks at is kept: the status of 5,000 Applications is large.
enum TakeoverDocuments {
    /// Largest file of JSON, as `kubectl get -o json` gives it, in bytes.
    ///
    /// YAML is read up to 4 MiB.
    static let maxBytes = 256 << 20

    /// - Parameter file: as messages name it.
    static func read(_ bytes: [UInt8], file: String) throws(TakeoverRefusal) -> [ConfigValue] {
        let first = bytes.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        guard first == UInt8(ascii: "{") else { return try yaml(bytes, file: file) }
        do {
            return try JSONDecoder().decode(Document.self, from: Data(bytes)).all
        } catch {
            // Flow mappings of YAML begin alike.
            return try yaml(bytes, file: file)
        }
    }

    private static func yaml(_ bytes: [UInt8], file: String) throws(TakeoverRefusal) -> [ConfigValue] {
        do throws(UpdateFailure) {
            return try DocumentReader.yamlDocuments(bytes).flatMap { items(of: $0.configValue) }
        } catch {
            throw TakeoverRefusal(file, error.message, hint: error.hint ?? "large lists are read with `-o json`")
        }
    }

    private static func items(of value: ConfigValue) -> [ConfigValue] {
        guard value != .null else { return [] }
        guard let kind = value["kind"]?.string, kind.hasSuffix("List"), let items = value["items"]?.list else {
            return [value]
        }
        return items.flatMap(items(of:))
    }

    private struct Document: Decodable {
        struct Metadata: Decodable {
            var name: String?
            var namespace: String?
            var labels: [String: String]?
            var annotations: [String: String]?

            var value: ConfigValue {
                func texts(_ entries: [String: String]?) -> ConfigValue {
                    .map((entries ?? [:]).mapValues(ConfigValue.string))
                }
                var result: [String: ConfigValue] = ["labels": texts(labels), "annotations": texts(annotations)]
                if let name { result["name"] = .string(name) }
                if let namespace { result["namespace"] = .string(namespace) }
                return .map(result)
            }
        }

        struct Status: Decodable {
            var sourceType: String?
            var sourceTypes: [String]?
        }

        var kind: String?
        var metadata: Metadata?
        var spec: PlainJSON?
        var data: [String: String]?
        var status: Status?
        var items: [Document]?

        private enum CodingKeys: CodingKey { case kind, metadata, spec, data, status, items }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            kind = try container.decodeIfPresent(String.self, forKey: .kind)
            metadata = try container.decodeIfPresent(Metadata.self, forKey: .metadata)
            spec = try container.decodeIfPresent(PlainJSON.self, forKey: .spec)
            items = try container.decodeIfPresent([Document].self, forKey: .items)
            if kind == "ConfigMap" { data = try container.decodeIfPresent([String: String].self, forKey: .data) }
            // Other kinds have other ones.
            if kind == "Application" { status = try container.decodeIfPresent(Status.self, forKey: .status) }
        }

        var all: [ConfigValue] {
            if let items { return items.flatMap(\.all) }
            var result: [String: ConfigValue] = [:]
            if let kind { result["kind"] = .string(kind) }
            if let metadata { result["metadata"] = metadata.value }
            if let spec { result["spec"] = spec.value }
            if let data { result["data"] = .map(data.mapValues(ConfigValue.string)) }
            if let status {
                var fields: [String: ConfigValue] = [:]
                if let type = status.sourceType { fields["sourceType"] = .string(type) }
                if let types = status.sourceTypes { fields["sourceTypes"] = .list(types.map(ConfigValue.string)) }
                result["status"] = .map(fields)
            }
            return [.map(result)]
        }
    }
}
