import FoundationEssentials
import HoistwayModel

/// The kinds of records of which an installation has the most.
extension RecordScanner {
    /// Reads a record; any that is unusual is left to `decoder`.
    static func read<Record: Decodable>(
        _ value: Data,
        _ decoder: JSONDecoder,
        _ record: (inout RecordScanner) throws(Unusual) -> Record
    ) throws -> Record {
        let scanned: Record? = value.withUnsafeBytes { bytes in
            var scanner = RecordScanner(bytes)
            do throws(Unusual) {
                let record = try record(&scanner)
                try scanner.expectEnd()
                return record
            } catch {
                return nil
            }
        }
        return try scanned ?? decoder.decode(Record.self, from: value)
    }

    // MARK: What several records have

    mutating func time() throws(Unusual) -> Timestamp { Timestamp(microseconds: try number()) }

    /// The key of a stage or a warehouse.
    mutating func projectAndName() throws(Unusual) -> (project: String, name: String) {
        var project: String?
        var name: String?
        try openObject()
        while let field = try key() {
            switch field {
            case "project": project = try text()
            case "name": name = try text()
            default: throw Unusual()
            }
        }
        guard let project, let name else { throw Unusual() }
        return (project, name)
    }

    // MARK: Annotations

    mutating func annotations() throws(Unusual) -> AnnotationRecord {
        var key: ObjectKey?
        var seen: [String: String]?
        try openObject()
        while let field = try self.key() {
            switch field {
            case "key": key = try objectKey()
            case "seen": seen = try entries { (scanner) throws(Unusual) in try scanner.text() }
            default: throw Unusual()
            }
        }
        guard let key, let seen else { throw Unusual() }
        return AnnotationRecord(key: key, seen: seen)
    }

    private mutating func objectKey() throws(Unusual) -> ObjectKey {
        var kind: String?
        var project: String?
        var name: String?
        try openObject()
        while let field = try key() {
            switch field {
            case "kind": kind = try text()
            case "project": project = try text()
            case "name": name = try text()
            default: throw Unusual()
            }
        }
        guard let kind, let project, let name else { throw Unusual() }
        return ObjectKey(kind: kind, project: project, name: name)
    }
}
