package import HoistwayModel

/// A change to an object.
package enum KubernetesPatch: Sendable, Equatable {
    /// RFC 7386: null deletes, and a list replaces the whole list.
    ///
    /// With `metadata.resourceVersion` in it, it is refused (409) once the object has changed.
    case merge(ConfigValue)
    /// RFC 6902: all operations or none.
    ///
    /// A failed `test` is refused (422).
    case json([JSONPatchOperation])

    var contentType: String {
        switch self {
        case .merge: "application/merge-patch+json"
        case .json: "application/json-patch+json"
        }
    }
}

/// One operation of a JSON patch: <https://www.rfc-editor.org/rfc/rfc6902#section-4>.
package struct JSONPatchOperation: Sendable, Equatable, Encodable {
    package enum Name: String, Sendable, Encodable {
        case add, replace, remove, test
    }

    package var name: Name
    /// A JSON pointer, made with ``pointer(_:)``.
    package var path: String
    /// `nil` for `remove`.
    package var value: ConfigValue?

    package static func add(_ path: [String], _ value: ConfigValue) -> Self {
        Self(name: .add, path: pointer(path), value: value)
    }

    package static func replace(_ path: [String], _ value: ConfigValue) -> Self {
        Self(name: .replace, path: pointer(path), value: value)
    }

    package static func remove(_ path: [String]) -> Self {
        Self(name: .remove, path: pointer(path), value: nil)
    }

    package static func test(_ path: [String], _ value: ConfigValue) -> Self {
        Self(name: .test, path: pointer(path), value: value)
    }

    /// Refuses the patch once the object has changed.
    package static func unchanged(_ metadata: ObjectMetadata) -> Self {
        .test(["metadata", "resourceVersion"], .string(metadata.resourceVersion))
    }

    /// Keys of annotations hold slashes: <https://www.rfc-editor.org/rfc/rfc6901#section-3>.
    package static func pointer(_ path: [String]) -> String {
        path.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
    }

    private enum CodingKeys: String, CodingKey { case op, path, value }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .op)
        try container.encode(path, forKey: .path)
        try container.encodeIfPresent(value.map(PlainJSON.init), forKey: .value)
    }
}
