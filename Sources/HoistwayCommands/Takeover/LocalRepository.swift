import FoundationEssentials
import HoistwayEdits
import HoistwayModel

/// A checkout of a repository on this machine; symlinks are not followed.
struct LocalRepository: RepositoryFolder {
    private static let maxFileBytes = 1 << 20

    private let root: String

    init(_ root: String) {
        self.root = root
    }

    func folders(limit: Int) throws(TakeoverRefusal) -> [String] { try walk(limit: limit).folders }

    func files(limit: Int) throws(TakeoverRefusal) -> [String] { try walk(limit: limit).files }

    func objects(in file: String) throws(TakeoverRefusal) -> [ConfigValue] {
        let bytes = try read(file)
        do throws(UpdateFailure) {
            return try DocumentReader.yamlDocuments(bytes).map(\.configValue).flatMap { value -> [ConfigValue] in
                switch value {
                case .null: []
                case .list(let items): items
                default: [value]
                }
            }
        } catch {
            throw TakeoverRefusal(file, error.message, hint: error.hint)
        }
    }

    /// The images that a folder's kustomization has entries for; empty where there is no kustomization.
    func kustomizationImages(in folder: String) throws(TakeoverRefusal) -> [String] {
        for name in EditedFolder.kustomizations {
            let file = folder.isEmpty ? name : "\(folder)/\(name)"
            guard FileManager.default.fileExists(atPath: "\(root)/\(file)") else { continue }
            let bytes = try read(file)
            do throws(EditFailure) {
                return try KustomizationImages.entries(of: bytes).map { $0.newName ?? $0.name }
            } catch {
                throw TakeoverRefusal(file, error.message, hint: error.hint)
            }
        }
        return []
    }

    private func read(_ file: String) throws(TakeoverRefusal) -> [UInt8] {
        do throws(CommandFailure) {
            return try FileBytes.read("\(root)/\(file)", limit: Self.maxFileBytes)
        } catch {
            throw TakeoverRefusal(file, error.message)
        }
    }

    private func walk(limit: Int) throws(TakeoverRefusal) -> (folders: [String], files: [String]) {
        var result: (folders: [String], files: [String]) = ([], [])
        var waiting = [""]
        while let folder = waiting.popLast() {
            let place = folder.isEmpty ? root : "\(root)/\(folder)"
            let names: [String]
            do {
                names = try FileManager.default.contentsOfDirectory(atPath: place)
            } catch {
                throw TakeoverRefusal(place, "the folder cannot be read")
            }
            for name in names where name != ".git" {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                let kind =
                    try? FileManager.default.attributesOfItem(atPath: "\(root)/\(path)")[.type] as? FileAttributeType
                if kind == .typeDirectory {
                    result.folders.append(path)
                    waiting.append(path)
                } else if kind == .typeRegular {
                    result.files.append(path)
                }
                guard result.folders.count + result.files.count <= limit else {
                    throw TakeoverRefusal(root, "it has more than \(limit) files and folders")
                }
            }
        }
        return result
    }
}
