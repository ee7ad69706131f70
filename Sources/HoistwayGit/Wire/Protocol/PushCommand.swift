import HoistwayModel
import HoistwayPorts

/// The head of a push: the new value of each ref.
///
/// See <https://git-scm.com/docs/pack-protocol#_pushing_data_to_a_server>. Neither `atomic` nor a forced update is ever
/// requested.
enum PushCommand {
    static func request(_ updates: [RefUpdate], greeting: Greeting) -> [UInt8] {
        var asked = ["report-status", "side-band-64k", "ofs-delta"].filter(greeting.has)
        if updates.contains(where: \.new.isZero) { asked.append("delete-refs") }
        if greeting.has("object-format") { asked.append("object-format=sha1") }
        if greeting.has("agent") { asked.append("agent=\(Agent.name)") }
        var writer = PacketWriter()
        for (index, update) in updates.enumerated() {
            let command = "\(update.old) \(update.new) \(update.ref)"
            writer.data(Array((index == 0 ? "\(command)\0 \(asked.joined(separator: " "))" : command).utf8))
        }
        writer.flush()
        return writer.bytes
    }
}

/// The result of an update that the advertisement alone decides, before anything is sent.
enum PushCheck {
    /// `nil`: send it.
    static func result(of update: RefUpdate, against snapshot: RefSnapshot) -> RefResult? {
        let found = snapshot.refs[update.ref] ?? .zero
        // The answer to an earlier push may have been lost: a ref that is already at the new value is done.
        if found == update.new { return .pushed }
        guard found == update.old else {
            return .moved("\(update.ref) is \(place(found)), not \(place(update.old))")
        }
        guard update.old.isZero else { return nil }
        return conflict(of: update.ref, with: snapshot).map { other in
            .refused("\(update.ref) cannot exist beside \(other)")
        }
    }

    private static func place(_ id: ObjectID) -> String {
        id.isZero ? "absent" : "at \(id)"
    }

    /// A ref that is a folder of `ref`, or that is below `ref`: servers cannot store both.
    private static func conflict(of ref: String, with snapshot: RefSnapshot) -> String? {
        var parent = ref[...]
        while let slash = parent.lastIndex(of: "/") {
            parent = parent[..<slash]
            if snapshot.refs[String(parent)] != nil { return String(parent) }
        }
        return snapshot.refs.keys.filter { $0.hasPrefix(ref + "/") }.min()
    }
}
