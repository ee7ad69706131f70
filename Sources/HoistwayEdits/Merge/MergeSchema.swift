/// Decides which lists of manifests are merged by a key instead of replaced.
///
/// These are the lists of Kubernetes' own kinds that have a patch merge key in the API:
/// <https://github.com/kubernetes/api/blob/master/core/v1/types.go> (`patchStrategy:"merge"`). In files without such a
/// kind every list is replaced, as in Helm's values.
enum MergeSchema: Equatable {
    /// The root of a file, whose kind is not known yet.
    case root
    /// No lists are merged.
    case plain
    /// Inside a manifest of Kubernetes' own kinds: `field` is the nearest key above, `parent` the key above that one.
    case manifest(field: String, parent: String)

    /// The keys that identify items; `nil` for a list that is replaced.
    ///
    /// An empty key is for items that are single values.
    var mergeKeys: [String]? {
        guard case .manifest(let field, let parent) = self else { return nil }
        switch field {
        case "containers", "initContainers", "ephemeralContainers", "env", "volumes", "imagePullSecrets", "secrets":
            return ["name"]
        case "volumeMounts": return ["mountPath"]
        case "volumeDevices": return ["devicePath"]
        case "ports":
            // The ports of a container; those of a Service are directly in its spec.
            return parent == "containers" || parent == "initContainers" || parent == "ephemeralContainers"
                ? ["containerPort", "protocol"] : parent == "spec" ? ["port", "protocol"] : nil
        case "hostAliases": return ["ip"]
        case "topologySpreadConstraints": return ["topologyKey", "whenUnsatisfiable"]
        case "ownerReferences" where parent == "metadata": return ["uid"]
        case "finalizers" where parent == "metadata": return [""]
        default: return nil
        }
    }

    func child(_ key: String) -> MergeSchema {
        switch self {
        case .root, .plain: .plain
        case .manifest(let field, _): .manifest(field: key, parent: field)
        }
    }

    /// For the root of a file: decides by its apiVersion and kind.
    func resolved(_ old: MergeValue?, _ new: MergeValue?) -> MergeSchema {
        guard self == .root else { return self }
        for value in [old, new] {
            guard let version = value?["apiVersion"]?.text, let kind = value?["kind"]?.text, !kind.isEmpty else {
                continue
            }
            return Self.isOwn(version) ? .manifest(field: "", parent: "") : .plain
        }
        return .plain
    }

    /// Whether the group belongs to Kubernetes' own API.
    private static func isOwn(_ apiVersion: String) -> Bool {
        let group = apiVersion.split(separator: "/").dropLast().first.map(String.init) ?? ""
        let own: Set<String> = ["", "apps", "batch", "autoscaling", "policy", "extensions"]
        return own.contains(group) || group.hasSuffix(".k8s.io")
    }
}

/// Merges lists whose items have identifying keys.
struct MergeList {
    let walk: MergeWalk
    let key: String
    let schema: MergeSchema
    /// Never empty.
    let keys: [String]

    func merge(_ items: [MergeValue], into before: [MergeValue]) throws(UpdateFailure) -> [MergeValue] {
        if let only = try listDirective(items) { return only }
        if keys == [""] { return scalars(items, into: before) }
        var result = before
        for item in items {
            guard case .map(let members, let place) = item, item[keys[0]]?.text != nil else {
                throw .unreadable(
                    "an item of \(excerpt(key)) has no \(keys[0]), by which such items are merged",
                    at: item.place,
                    hint: "give the item a \(keys[0])"
                )
            }
            let index = result.firstIndex { isSame($0, item) }
            switch try walk.directive(members, key: key, place: place) {
            case .delete:
                if let index { result.remove(at: index) }
            case .replace:
                put(item.withoutDirective, at: index, in: &result)
            case .merge:
                let old = index.map { result[$0] }
                let name = "\(key).\(item[keys[0]]?.text ?? "")"
                guard let merged = try walk.merge(item, into: old, key: name, schema: schema) else { continue }
                put(merged, at: index, in: &result)
            }
        }
        return result
    }

    private func put(_ item: MergeValue, at index: Int?, in list: inout [MergeValue]) {
        if let index { list[index] = item } else { list.append(item) }
    }

    /// The first key must be equal; other keys must be equal where both items have them.
    private func isSame(_ left: MergeValue, _ right: MergeValue) -> Bool {
        keys.enumerated().allSatisfy { number, key in
            let (left, right) = (left[key]?.text, right[key]?.text)
            return left == right || number > 0 && (left == nil || right == nil)
        }
    }

    /// An item that has only `$patch: replace` or `$patch: delete` applies to the whole list.
    private func listDirective(_ items: [MergeValue]) throws(UpdateFailure) -> [MergeValue]? {
        for (number, item) in items.enumerated() {
            guard case .map(let members, let place) = item, members.count == 1, members[0].key == MergeDirective.key
            else {
                continue
            }
            switch try walk.directive(members, key: key, place: place) {
            case .merge: continue
            case .delete: return []
            case .replace: return items.enumerated().filter { $0.offset != number }.map(\.element)
            }
        }
        return nil
    }

    private func scalars(_ items: [MergeValue], into before: [MergeValue]) -> [MergeValue] {
        var result = before
        for item in items where !result.contains(where: { $0.text == item.text }) { result.append(item) }
        return result
    }
}
