import ArgumentParser
import Foundation
import HoistwayEdits
import HoistwayTestServers

/// Reads manifests from files; for an ApplicationSet also its Applications.
enum Manifests {
    static func read(_ path: String) throws -> [(ClusterValue, KubernetesResource)] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ValidationError("there is no \(path)")
        }
        let names = isFolder.boolValue ? try FileManager.default.contentsOfDirectory(atPath: path).sorted() : []
        let files =
            isFolder.boolValue
            ? names.filter { name in [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) } }.map {
                "\(path)/\($0)"
            }
            : [path]
        return try files.flatMap { file in
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
            return try DocumentReader.yamlDocuments(bytes).flatMap { try objects(value($0), in: file) }
        }
    }

    private static func objects(_ value: ClusterValue, in file: String) throws -> [(ClusterValue, KubernetesResource)] {
        guard value != .null else { return [] }
        let kind = value["kind"]?.string ?? ""
        let version = value["apiVersion"]?.string ?? ""
        guard let resource = KubernetesResource.all.first(where: { $0.kind == kind && $0.apiVersion == version }) else {
            throw ValidationError("\(file): this cluster has no \(kind) of \(version)")
        }
        guard value["metadata", "name"]?.string?.isEmpty == false else {
            throw ValidationError("\(file): a \(kind) has no name")
        }
        guard resource == .applicationSets else { return [(value, resource)] }
        return [(value, resource)] + ApplicationSetFixture.applications(of: value).map { ($0, .applications) }
    }

    private static func value(_ document: DocumentValue) -> ClusterValue {
        switch document {
        case .map(let members): .map(Dictionary(members.map { ($0.key, value($0.value)) }) { _, last in last })
        case .list(let items): .list(items.map(value))
        case .string(let text): .string(text)
        case .bool(let flag): .bool(flag)
        case .number(let number): Int(exactly: number).map { .integer($0) } ?? .number(number)
        case .null: .null
        }
    }
}
