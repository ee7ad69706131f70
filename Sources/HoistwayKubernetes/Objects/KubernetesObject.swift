/// The common metadata of all objects; labels and annotations are decoded by the caller, in its own type.
package struct ObjectMetadata: Sendable, Hashable, Decodable {
    package var namespace: String?
    package var name: String
    /// A different uid means another object of the same name.
    package var uid: String
    /// Opaque: it can be compared for equality only.
    package var resourceVersion: String
    /// It is being deleted, and waits for finalizers.
    package var isEnding: Bool

    package var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }

    package init(namespace: String?, name: String, uid: String, resourceVersion: String, isEnding: Bool = false) {
        self.namespace = namespace
        self.name = name
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.isEnding = isEnding
    }

    private enum CodingKeys: String, CodingKey {
        case namespace, name, uid, resourceVersion, deletionTimestamp
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        namespace = try container.decodeIfPresent(String.self, forKey: .namespace)
        name = try container.decode(String.self, forKey: .name)
        uid = try container.decodeIfPresent(String.self, forKey: .uid) ?? ""
        resourceVersion = try container.decodeIfPresent(String.self, forKey: .resourceVersion) ?? ""
        isEnding = try container.decodeIfPresent(String.self, forKey: .deletionTimestamp) != nil
    }
}

/// An object with the caller's type: `Value` decodes the fields that it uses from the whole object, and nothing else
/// stays in memory.
///
/// `PlainJSON` as `Value` keeps everything.
package struct KubernetesObject<Value: Decodable & Sendable>: Sendable, Decodable {
    package var metadata: ObjectMetadata
    package var value: Value

    package init(metadata: ObjectMetadata, value: Value) {
        self.metadata = metadata
        self.value = value
    }

    private enum CodingKeys: String, CodingKey { case metadata }

    package init(from decoder: any Decoder) throws {
        metadata = try decoder.container(keyedBy: CodingKeys.self).decode(ObjectMetadata.self, forKey: .metadata)
        value = try Value(from: decoder)
    }
}

extension KubernetesObject: Equatable where Value: Equatable {}

/// No field but the metadata.
package struct NoFields: Sendable, Equatable, Decodable {
    package init() {}
    package init(from decoder: any Decoder) throws {}
}

/// One object of a list: an unreadable one does not block the others.
package enum ReadObject<Value: Decodable & Sendable>: Sendable {
    case object(KubernetesObject<Value>)
    /// A field that `Value` needs is absent, or of another type.
    case unreadable(ObjectMetadata, reason: String)

    package var metadata: ObjectMetadata {
        switch self {
        case .object(let object): object.metadata
        case .unreadable(let metadata, _): metadata
        }
    }
}

extension ReadObject: Equatable where Value: Equatable {}
