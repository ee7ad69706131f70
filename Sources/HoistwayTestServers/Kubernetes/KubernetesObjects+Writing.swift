import Foundation

/// Changes an object for a write before it is stored.
extension KubernetesObjects {
    /// `nil` where nothing changes: such a write makes no version and no event.
    typealias Written = (object: Stored, change: Change?)

    mutating func create(
        _ given: ClusterValue,
        of resource: KubernetesResource,
        namespace: String,
        at time: Date
    ) throws(KubernetesStatus) -> Written {
        var value = given
        try Self.checkKind(value, of: resource)
        if value["metadata", "name"] == nil, let prefix = value["metadata", "generateName"]?.string {
            value["metadata", "name"] = "\(prefix)\(Self.padded(nextName()))"
        }
        guard let name = value["metadata", "name"]?.string, Self.isName(name) else {
            throw .invalid(resource, "", "metadata.name: Required value: name or generateName is required")
        }
        let own = value["metadata", "namespace"]?.string ?? namespace
        guard own == namespace else {
            throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
        }
        let key = Key(namespace: namespace, name: name)
        guard object(resource, key) == nil else { throw .alreadyExists(resource, name) }
        if resource.isNamespaced, object(.namespaces, Key(namespace: "", name: namespace)) == nil {
            throw .notFound(.namespaces, namespace)
        }
        value["apiVersion"] = .string(resource.apiVersion)
        value["kind"] = .string(resource.kind)
        if resource.isNamespaced { value["metadata", "namespace"] = .string(namespace) }
        value["metadata", "uid"] = .string(UUID().uuidString.lowercased())
        value["metadata", "creationTimestamp"] = .string(Self.text(of: time))
        value["metadata", "generation"] = 1
        value["metadata", "deletionTimestamp"] = nil
        if resource.hasStatus, resource.isCustom { value["status"] = nil }
        let change = set(value, of: resource, key, removing: false)
        return (change.object, change)
    }

    /// Replaces an object by `given`, as far as a write may change it.
    ///
    /// - Parameter part: `status` for the address of the status alone.
    mutating func update(
        _ given: ClusterValue,
        of resource: KubernetesResource,
        _ key: Key,
        part: String?,
        wantsVersion: Bool
    ) throws(KubernetesStatus) -> Written {
        guard let former = object(resource, key) else { throw .notFound(resource, key.name) }
        try Self.checkKind(given, of: resource)
        let old = former.value
        guard given["metadata", "name"]?.string == key.name else {
            throw .badRequest("the name of the object does not match the name on the URL (\(key.name))")
        }
        switch given["metadata", "resourceVersion"]?.string {
        case nil where wantsVersion && resource.isCustom, "" where wantsVersion && resource.isCustom:
            throw .invalid(
                resource,
                key.name,
                "metadata.resourceVersion: Invalid value: 0x0: must be specified for an update"
            )
        case .some(let version) where !version.isEmpty && version != String(former.version):
            throw .conflict(resource, key.name)
        default: break
        }
        if let uid = given["metadata", "uid"], uid != old["metadata", "uid"] { throw .conflict(resource, key.name) }
        var value = given
        if resource.hasStatus {
            if part == "status" {
                value = old
                value["status"] = given["status"]
            } else {
                value["status"] = old["status"]
            }
        }
        for field in ["uid", "creationTimestamp", "deletionTimestamp", "namespace", "generation", "resourceVersion"] {
            value["metadata", field] = old["metadata", field]
        }
        value["apiVersion"] = .string(resource.apiVersion)
        value["kind"] = .string(resource.kind)
        guard value != old else { return (former, nil) }
        if Self.raisesGeneration(old, value, of: resource) {
            value["metadata", "generation"] = .integer((old["metadata", "generation"]?.integer ?? 0) + 1)
        }
        let isGone = value["metadata", "deletionTimestamp"] != nil && Self.finalizers(value).isEmpty
        let change = set(value, of: resource, key, removing: isGone)
        return (change.object, change)
    }

    /// Removes an object, or marks it for deletion where it has finalizers.
    mutating func delete(
        _ resource: KubernetesResource,
        _ key: Key,
        preconditions: ClusterValue?,
        at time: Date
    ) throws(KubernetesStatus) -> Written {
        guard let former = object(resource, key) else { throw .notFound(resource, key.name) }
        var value = former.value
        for field in ["uid", "resourceVersion"] {
            guard let wanted = preconditions?[field] else { continue }
            guard wanted == value["metadata", field] else { throw .conflict(resource, key.name) }
        }
        if !Self.finalizers(value).isEmpty {
            guard value["metadata", "deletionTimestamp"] == nil else { return (former, nil) }
            value["metadata", "deletionTimestamp"] = .string(Self.text(of: time))
            value["metadata", "deletionGracePeriodSeconds"] = 0
            let change = set(value, of: resource, key, removing: false)
            return (change.object, change)
        }
        let change = set(value, of: resource, key, removing: true)
        return (change.object, change)
    }

    /// `2026-11-29T10:00:00Z`.
    static func text(of time: Date) -> String { time.formatted(.iso8601) }

    private static func finalizers(_ value: ClusterValue) -> [ClusterValue] {
        value["metadata", "finalizers"]?.list ?? []
    }

    /// Every change outside of the metadata, except the status where it has an address of its own.
    private static func raisesGeneration(
        _ old: ClusterValue,
        _ new: ClusterValue,
        of resource: KubernetesResource
    ) -> Bool {
        let apart: Set<String> = resource.hasStatus ? ["metadata", "status"] : ["metadata"]
        return (old.map ?? [:]).filter { !apart.contains($0.key) }
            != (new.map ?? [:]).filter { !apart.contains($0.key) }
    }

    private static func checkKind(_ value: ClusterValue, of resource: KubernetesResource) throws(KubernetesStatus) {
        guard value.map != nil else { throw .badRequest("the body is no object") }
        let kind = value["kind"]?.string ?? resource.kind
        let version = value["apiVersion"]?.string ?? resource.apiVersion
        guard kind == resource.kind, version == resource.apiVersion else {
            throw .badRequest(
                "\(version), Kind=\(kind) in the body does not match \(resource.apiVersion), Kind=\(resource.kind)"
            )
        }
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-.".utf8.contains(byte)
            }
    }

    private static func padded(_ number: Int) -> String {
        let text = String(number, radix: 36)
        return String(repeating: "0", count: max(0, 5 - text.count)) + text
    }
}
