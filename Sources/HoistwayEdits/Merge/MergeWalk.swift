/// Merges one file's value into the merged value of the files before it.
struct MergeWalk {
    /// The file to be merged in.
    let file: String

    /// - Returns: `nil`: the key is removed.
    func merge(
        _ new: MergeValue?,
        into old: MergeValue?,
        key: String,
        schema: MergeSchema
    ) throws(UpdateFailure) -> MergeValue? {
        let schema = schema.resolved(old, new)
        guard let new else { return old }
        guard !new.isNull else { return nil }
        guard let old, !old.isNull else { return try added(new, key: key, schema: schema) }
        switch (old, new) {
        case (.map(let before, let place), .map(let members, _)):
            switch try directive(members, key: key, place: new.place) {
            case .delete: return nil
            case .replace: return try added(.map(members, new.place).withoutDirective, key: key, schema: schema)
            case .merge: break
            }
            return .map(try merge(members, into: before, key: key, schema: schema), place)
        case (.list(let before, let place), .list(let items, _)):
            guard let keys = schema.mergeKeys else { return new }
            return .list(
                try MergeList(walk: self, key: key, schema: schema, keys: keys).merge(items, into: before),
                place
            )
        case (.scalar, .scalar): return new
        default: throw .cannotMerge(key: key, into: old.kind, from: new.kind, file: file, at: new.place)
        }
    }

    private func merge(
        _ members: [MergeValue.Member],
        into before: [MergeValue.Member],
        key: String,
        schema: MergeSchema
    ) throws(UpdateFailure) -> [MergeValue.Member] {
        let incoming = MergeMembers(members)
        var result: [MergeValue.Member] = []
        for member in before {
            var member = member
            let path = key.isEmpty ? member.key : "\(key).\(member.key)"
            let value = incoming[member.key]?.value
            guard let merged = try merge(value, into: member.value, key: path, schema: schema.child(member.key)) else {
                continue
            }
            member.value = merged
            result.append(member)
        }
        let known = MergeMembers(before)
        let new = incoming.list.filter { known[$0.key] == nil && $0.key != MergeDirective.key }
        for var member in new.sorted(by: { precedesBytewise($0.key, $1.key) }) {
            let path = key.isEmpty ? member.key : "\(key).\(member.key)"
            guard let value = try merge(member.value, into: nil, key: path, schema: schema.child(member.key)) else {
                continue
            }
            member.value = value
            result.append(member)
        }
        return result
    }

    /// A new value: nulls in its mappings mean that a key must not exist, so these keys are removed.
    private func added(_ value: MergeValue, key: String, schema: MergeSchema) throws(UpdateFailure) -> MergeValue? {
        guard case .map(let members, let place) = value else { return value }
        if try directive(members, key: key, place: place) == .delete { return nil }
        var kept: [MergeValue.Member] = []
        for var member in members where member.key != MergeDirective.key && !member.value.isNull {
            guard let value = try added(member.value, key: "\(key).\(member.key)", schema: schema.child(member.key))
            else {
                continue
            }
            member.value = value
            kept.append(member)
        }
        return .map(kept, place)
    }

    func directive(
        _ members: [MergeValue.Member],
        key: String,
        place: TextPlace
    ) throws(UpdateFailure) -> MergeDirective {
        guard let member = members.first(where: { $0.key == MergeDirective.key }) else { return .merge }
        guard let text = member.value.text, let directive = MergeDirective(rawValue: text) else {
            throw .unreadable(
                "the $patch of \(key.isEmpty ? "the file" : excerpt(key)) is not merge, replace or delete",
                at: member.value.place,
                hint: "write one of the three, or remove $patch"
            )
        }
        return directive
    }
}

/// The instruction in a mapping's `$patch`.
enum MergeDirective: String {
    case merge, replace, delete

    static let key = "$patch"
}

extension MergeValue {
    var withoutDirective: MergeValue {
        guard case .map(let members, let place) = self else { return self }
        return .map(members.filter { $0.key != MergeDirective.key }, place)
    }
}
