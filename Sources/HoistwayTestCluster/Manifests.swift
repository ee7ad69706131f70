import ArgumentParser
import Foundation
import HoistwayTestServers
import Yams

/// Reads manifests from files; of an ApplicationSet its Applications come too.
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
            try Yams.compose_all(yaml: String(contentsOfFile: file, encoding: .utf8)).flatMap { node in
                try objects(value(node), in: file)
            }
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

    private static func value(_ node: Node) -> ClusterValue {
        switch node {
        case .mapping(let mapping):
            .map(Dictionary(mapping.map { ($0.key.string ?? "", value($0.value)) }) { $1 })
        case .sequence(let items): .list(items.map(value))
        case .scalar(let scalar):
            if scalar.style != .plain {
                .string(scalar.string)
            } else if node.null != nil {
                .null
            } else if let flag = node.bool {
                .bool(flag)
            } else if let whole = node.int {
                .integer(whole)
            } else if let number = node.float {
                .number(number)
            } else {
                .string(scalar.string)
            }
        case .alias: .null
        }
    }
}
